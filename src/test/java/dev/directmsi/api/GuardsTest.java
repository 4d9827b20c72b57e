package dev.directmsi.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What guards a mutation: entity tags, idempotency keys, dry runs.
class GuardsTest {

    private static final String KEY = "Idempotency-Key";

    private final Http http = RunningService.http();
    private final String context = http.openContext("lab");

    @Test
    void entityTagIsTheRevision() {
        Reply opened = http.get(context).expect(200);
        assertThat(opened.header("ETag")).hasValue("\"1\"");

        Reply made = http.post(context + "/ioas", "{}").expect(201);

        assertThat(made.header("ETag")).hasValue("\"2\"");
        assertThat(http.get(context + "/ioas/1").header("ETag")).hasValue("\"2\"");
        assertThat(http.get(context).at("/revision")).isEqualTo("2");
    }

    @Test
    void readOfAKnownRevisionIsNotRepeated() {
        Reply same = http.get(context, "If-None-Match", "\"1\"").expect(304);
        assertThat(same.bytes()).isEmpty();
        assertThat(same.header("ETag")).hasValue("\"1\"");

        http.post(context + "/ioas", "{}").expect(201);

        http.get(context, "If-None-Match", "\"1\"").expect(200);
        http.get(context + "/ioas", "If-None-Match", "\"1\", \"2\"").expect(304);
    }

    @Test
    void mutationMeetsTheRevisionOrNothingHappens() {
        http.post(context + "/ioas", "{}", "If-Match", "\"1\"").expect(201);

        Reply moved = http.post(context + "/ioas", "{}", "If-Match", "\"1\"").expect(412);

        assertThat(moved.problem("REVISION_MOVED").at("/params/actual").asString()).isEqualTo("2");
        http.post(context + "/ioas", "{}", "If-Match", "*").expect(201);
        assertThat(http.get(context + "/ioas").json().path("items")).hasSize(2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"1", "\"1", "\"1\", \"2\"", "W/\"1\""})
    void anyOtherEntityTagIsMalformed(String tag) {
        http.post(context + "/ioas", "{}", "If-Match", tag)
                .expect(400)
                .problem("MALFORMED_REQUEST");
    }

    @Test
    void tagOfAHostIsItsTopology() {
        String host = "/v1/hosts/tagged-" + UUID.randomUUID();
        String tag = http.put(host, "{'preset':'lab'}").expect(201).header("ETag").orElseThrow();

        http.get(host, "If-None-Match", tag).expect(304);
        http.put(host, "{'preset':'lab-64k'}", "If-Match", "\"other\"")
                .expect(412)
                .problem("REVISION_MOVED");
        Reply replaced = http.put(host, "{'preset':'lab-64k'}", "If-Match", tag).expect(200);

        assertThat(replaced.header("ETag").orElseThrow()).isNotEqualTo(tag);
        assertThat(http.get(host).header("ETag")).isEqualTo(replaced.header("ETag"));
    }

    @Test
    void repeatUnderTheSameKeyGetsTheSameAnswer() {
        Reply first = http.post(context + "/ioas", "{}", KEY, "a").expect(201);
        http.post(context + "/ioas", "{}", KEY, "b").expect(201);

        Reply again = http.post(context + "/ioas", "{}", KEY, "a").expect(201);

        assertThat(again.bytes()).isEqualTo(first.bytes());
        assertThat(again.header("Location")).isEqualTo(first.header("Location"));
        assertThat(again.header("ETag")).isEqualTo(first.header("ETag"));
        assertThat(again.header("Content-Type")).isEqualTo(first.header("Content-Type"));
        assertThat(http.get(context + "/ioas").json().path("items")).hasSize(2);
    }

    @Test
    void nothingToDoUnderAKeyLeavesTheRevision() {
        http.post(context + "/ioas", "{}").expect(201);
        String ranges = context + "/ioas/1/allowed-iovas";

        Reply nothing = http.put(ranges, "{'ranges':[]}", KEY, "a").expect(200);

        assertThat(nothing.header("ETag")).hasValue("\"2\"");
        assertThat(http.get(context).header("ETag")).hasValue("\"2\"");
        http.post(context + "/ioas", "{}", "If-Match", "\"2\"").expect(201);
        Reply again = http.put(ranges, "{'ranges':[]}", KEY, "a").expect(200);
        assertThat(again.header("ETag")).hasValue("\"2\"");
    }

    @Test
    void keyIsCheckedBeforeTheEntityTag() {
        http.post(context + "/ioas", "{}", KEY, "a", "If-Match", "\"1\"").expect(201);

        http.post(context + "/ioas", "{}", KEY, "a", "If-Match", "\"1\"").expect(201);
    }

    @Test
    void anotherRequestUnderTheSameKeyIsRefused() {
        http.post(context + "/ioas", "{}", KEY, "a").expect(201);

        http.post(context + "/ioas", "{ }", KEY, "a").expect(422).problem("IDEMPOTENCY_KEY_REUSED");
        http.post(context + "/ioas?validateOnly=false", "{}", KEY, "a")
                .expect(422)
                .problem("IDEMPOTENCY_KEY_REUSED");
        http.delete(context + "/objects/1", KEY, "a").expect(422).problem("IDEMPOTENCY_KEY_REUSED");
    }

    @Test
    void refusalIsNotRemembered() {
        http.delete(context + "/objects/1", KEY, "a").expect(404);
        http.post(context + "/ioas", "{}").expect(201);

        http.delete(context + "/objects/1", KEY, "a").expect(200);
    }

    @Test
    void keyOfOneContextIsNoneOfAnother() {
        http.post(context + "/ioas", "{}", KEY, "a").expect(201);

        http.post(http.openContext("lab") + "/ioas", "{}", KEY, "a").expect(201);
    }

    @Test
    void openingIsRepeatableToo() {
        String key = UUID.randomUUID().toString();
        Reply first = http.post("/v1/contexts", "{'name':'once'}", KEY, key).expect(201);

        Reply again = http.post("/v1/contexts", "{'name':'once'}", KEY, key).expect(201);

        assertThat(again.bytes()).isEqualTo(first.bytes());
        http.delete(first.header("Location").orElseThrow(), KEY, key + "-close").expect(204);
        http.delete(first.header("Location").orElseThrow(), KEY, key + "-close").expect(204);
        http.delete(first.header("Location").orElseThrow()).expect(404);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b"})
    void keyOfOtherCharactersIsRefused(String key) {
        http.post(context + "/ioas", "{}", KEY, key).expect(400).problem("IDEMPOTENCY_KEY_INVALID");
    }

    @Test
    void keyHasAtMostTwoHundredCharacters() {
        http.post(context + "/ioas", "{}", KEY, "x".repeat(200)).expect(201);
        http.post(context + "/ioas", "{}", KEY, "x".repeat(201))
                .expect(400)
                .problem("IDEMPOTENCY_KEY_INVALID");
    }

    @Test
    void concurrentDuplicatesAreDoneOnce() throws Exception {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Reply>> replies =
                    IntStream.range(0, 16)
                            .mapToObj(_ ->
                                    threads.submit(
                                            () -> http.post(context + "/ioas", "{}", KEY, "same")))
                            .toList();
            for (Future<Reply> reply : replies) {
                assertThat(reply.get().expect(201).at("/id")).isEqualTo("1");
            }
        }
        assertThat(http.get(context + "/ioas").json().path("items")).hasSize(1);
    }

    @Test
    void dryRunSaysWhatWouldHappenAndChangesNothing() {
        Reply dry = http.post(context + "/ioas?validateOnly=true", "{}", KEY, "a").expect(200);

        assertThat(dry.at("/revision")).isEqualTo("2");
        assertThat(dry.at("/status")).isEqualTo("201");
        assertThat(dry.at("/reply/id")).isEqualTo("1");
        assertThat(dry.at("/changes/0/kind")).isEqualTo("OBJECT_CREATED");
        assertThat(dry.at("/changes/0/object/type")).isEqualTo("IOAS");
        assertThat(http.get(context).at("/revision")).isEqualTo("1");
        http.post(context + "/ioas", "{}", KEY, "a").expect(201);
    }

    @Test
    void dryRunMeetsTheProblemOfTheRealCall() {
        http.delete(context + "/objects/1?validateOnly=true")
                .expect(404)
                .problem("OBJECT_NOT_FOUND");
        http.post(context + "/ioas?validateOnly=true", "{}", "If-Match", "\"9\"").expect(412);
        http.post(context + "/ioas?validateOnly=maybe", "{}")
                .expect(400)
                .problem("MALFORMED_REQUEST");
    }

    @Test
    void dryRunOfOpeningAndClosing() {
        int open = http.get("/v1/contexts?limit=1000").json().path("items").size();

        assertThat(http.post("/v1/contexts?validateOnly=true", "{}").expect(200).at("/status"))
                .isEqualTo("201");
        assertThat(http.delete(context + "?validateOnly=true").expect(200).at("/status"))
                .isEqualTo("204");

        assertThat(http.get("/v1/contexts?limit=1000").json().path("items")).hasSize(open);
    }
}

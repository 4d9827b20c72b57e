package dev.directmsi.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.directmsi.api.EventReader.Event;
import dev.directmsi.control.ChangeFeed;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.JsonNode;

/// The event stream, as a client sees it.
@Timeout(120)
class EventsTest {

    private static final ConfigurableApplicationContext service =
            RunningService.run(
                    "--direct-msi.events.heartbeat=200ms",
                    "--direct-msi.events.streams-per-context=4");

    private final Http http = RunningService.httpOf(service);
    private final URI base = RunningService.baseOf(service);
    private final String context = http.openContext("lab");

    @AfterAll
    static void stop() {
        service.close();
    }

    private EventReader follow(String query, String... headers) {
        return EventReader.open(base, context + "/events" + query, headers);
    }

    private static List<Long> revisions(List<Event> events) {
        return events.stream().map(Event::revision).toList();
    }

    private static List<Long> range(long first, long last) {
        return LongStream.rangeClosed(first, last).boxed().toList();
    }

    @Test
    void streamTellsEachCommitAsItsDryRunDid() {
        try (EventReader events = follow("")) {
            assertThat(events.next().data()).isEqualTo("{\"type\":\"SUBSCRIBED\",\"revision\":1}");
            for (String[] request :
                    List.of(
                            new String[] {"PUT", "/memory/regions/0x10000", "{'length':'0x4000'}"},
                            new String[] {"POST", "/ioas", "{}"},
                            new String[] {
                                "POST",
                                "/ioas/1/mappings",
                                "{'userVa':'0x10000','length':'0x1000','iova':'0x0','access':['READ']}"
                            },
                            new String[] {"POST", "/devices", "{'device':'0000:01:00.0'}"},
                            new String[] {"PUT", "/devices/2/attachment", "{'ptId':1}"})) {
                JsonNode dryRun = send(request, "?validateOnly=true").json();
                String tag = send(request, "").header("ETag").orElseThrow();

                Event event = events.next();

                assertThat(event.type()).isEqualTo("COMMIT");
                assertThat(tag).isEqualTo('"' + event.id() + '"');
                assertThat(event.json().get("changes")).isEqualTo(dryRun.get("changes"));
                assertThat(event.json().get("summarized").asBoolean()).isFalse();
            }
        }
    }

    private Reply send(String[] request, String query) {
        String path = context + request[1] + query;
        return request[0].equals("PUT") ? http.put(path, request[2]) : http.post(path, request[2]);
    }

    private void commit(int times) {
        for (int i = 0; i < times; i++) {
            http.post(context + "/ioas", "{}").expect(201);
        }
    }

    @Test
    void streamGoesOnWhereItIsAskedTo() {
        commit(5);
        try (EventReader events = follow("?after=2")) {
            assertThat(revisions(events.upTo(6))).isEqualTo(range(2, 6));
        }
        try (EventReader events = follow("?after=2", "Last-Event-ID", "5")) {
            assertThat(revisions(events.upTo(6))).isEqualTo(range(5, 6));
        }
        try (EventReader events = follow("?after=0")) {
            assertThat(revisions(events.upTo(6))).isEqualTo(range(1, 6));
        }
    }

    @Test
    void whatCannotBeToldIsRefused() {
        String path = context + "/events";
        http.get(path + "?after=2").expect(422).problem("EVENTS_AHEAD");
        http.get(path, "Last-Event-ID", "9223372036854775807").expect(422).problem("EVENTS_AHEAD");
        for (String wrong : List.of("-1", "x", "1.5", "9223372036854775808", "1,2")) {
            http.get(path, "Last-Event-ID", wrong).expect(400).problem("MALFORMED_REQUEST");
            http.get(path + "?after=" + wrong).expect(400).problem("MALFORMED_REQUEST");
        }
        http.get("/v1/contexts/999999/events", "Accept", "text/event-stream")
                .expect(404)
                .problem("CONTEXT_NOT_FOUND");
        http.get(path, "Accept", "application/json").expect(406).problem("NOT_ACCEPTABLE");
    }

    @Test
    void streamsOfAContextAreBoundedAndComeBack() {
        List<EventReader> open = IntStream.range(0, 4).mapToObj(_ -> follow("")).toList();
        JsonNode problem = http.get(context + "/events").expect(507).problem("EVENT_STREAMS_FULL");
        assertThat(problem.at("/params/limit").asInt()).isEqualTo(4);

        open.getFirst().close(); // noticed by a heartbeat that cannot be sent

        while (http.send("GET", context + "/events?after=999", noBody()).status() == 507) {
            Thread.onSpinWait();
        }
        open.forEach(EventReader::close);
    }

    private static java.net.http.HttpRequest.BodyPublisher noBody() {
        return java.net.http.HttpRequest.BodyPublishers.noBody();
    }

    @Test
    void silentStreamHasAHeartbeat() {
        try (EventReader events = follow("")) {
            events.next();
            events.awaitHeartbeat();
            commit(1);
            assertThat(events.next().revision()).isEqualTo(2);
        }
    }

    @Test
    void lostRevisionsAreNamed() {
        commit(6);
        service.getBean(JdbcClient.class)
                .sql("DELETE FROM change_log WHERE context_id = ? AND revision <= 4")
                .param(Long.valueOf(context.substring("/v1/contexts/".length())))
                .update();
        try (EventReader events = follow("?after=1")) {
            events.next();
            assertThat(events.next().data())
                    .isEqualTo(
                            "{\"type\":\"LOST_EVENTS\",\"revision\":4,\"firstLost\":2,\"lastLost\":4,\"firstAvailable\":5}");
            assertThat(revisions(events.upTo(7))).isEqualTo(range(5, 7));
        }
    }

    @Test
    void largeCommitIsSummarized() {
        http.put(context + "/memory/regions/0x1000000", "{'length':'0x1000000'}").expect(201);
        http.post(context + "/ioas", "{}").expect(201);
        batch(101);
        batch(100);
        try (EventReader events = follow("?after=3")) {
            events.next();
            JsonNode large = events.next().json();
            assertThat(large.get("summarized").asBoolean()).isTrue();
            assertThat(large.at("/changes/0/kind").asString()).isNotEmpty();
            assertThat(large.get("changes").findValuesAsString("count")).contains("101");
            assertThat(large.get("changes").findValues("object")).isEmpty();
            assertThat(events.next().json().get("summarized").asBoolean()).isFalse();
        }
    }

    private int mapped;

    private void batch(int mappings) {
        String list =
                IntStream.range(mapped, mapped + mappings)
                        .mapToObj(i ->
                                "{'userVa':'0x%x','length':'0x1000','iova':'0x%x','access':['READ']}"
                                        .formatted(0x1000000 + i * 0x1000, i * 0x1000))
                        .collect(Collectors.joining(","));
        mapped += mappings;
        http.post(context + "/ioas/1/mappings/batch", "{'mappings':[" + list + "]}").expect(201);
    }

    @Test
    void closeIsTheLastEvent() {
        try (EventReader events = follow("")) {
            commit(3);
            http.delete(context).expect(204);

            List<Event> all = events.rest();

            assertThat(revisions(all)).isEqualTo(range(1, 5));
            assertThat(all.getLast().data()).isEqualTo("{\"type\":\"CLOSED\",\"revision\":5}");
        }
        http.get(context + "/events", "Last-Event-ID", "5").expect(404);
        try (EventReader late = follow("", "Last-Event-ID", "3")) {
            assertThat(revisions(late.rest())).isEqualTo(range(3, 5));
        }
    }

    /// Commits by four clients, and a reader that is cut off again and again.
    @Test
    void everyCommitIsToldOnceToAReaderThatReconnects() throws Exception {
        long seed = Long.getLong("seed", System.nanoTime());
        System.out.println("seed " + seed);
        var random = new Random(seed);
        List<CompletableFuture<Void>> writers = new ArrayList<>();
        for (int writer = 0; writer < 4; writer++) {
            writers.add(CompletableFuture.runAsync(() -> commit(50)));
        }
        List<Long> told = new ArrayList<>(List.of(1L));
        while (told.getLast() < 201) {
            String last = told.getLast().toString();
            try (EventReader events = follow("", "Last-Event-ID", last)) {
                assertThat(events.next().id()).isEqualTo(last);
                for (int i = random.nextInt(30); i >= 0 && told.getLast() < 201; i--) {
                    told.add(events.next().revision());
                }
            }
        }
        CompletableFuture.allOf(writers.toArray(CompletableFuture<?>[]::new)).get();

        assertThat(told).isEqualTo(range(1, 201));
        assertThat(http.get(context).header("ETag")).hasValue("\"201\"");
    }

    @Test
    void streamGoesOnAfterARestart(@TempDir java.nio.file.Path directory) {
        String url =
                "--spring.datasource.url=jdbc:h2:file:"
                        + directory.resolve("db")
                        + ";WRITE_DELAY=0;MAX_COMPACT_TIME=0;DB_CLOSE_ON_EXIT=FALSE";
        String path;
        Event last;
        try (ConfigurableApplicationContext first = RunningService.run(url)) {
            Http client = RunningService.httpOf(first);
            path = client.openContext("lab");
            EventReader events = EventReader.open(RunningService.baseOf(first), path + "/events");
            client.post(path + "/ioas", "{}").expect(201);
            last = events.upTo(2).getLast();
            client.post(path + "/ioas", "{}").expect(201);
        }
        try (ConfigurableApplicationContext second = RunningService.run(url)) {
            RunningService.httpOf(second).post(path + "/ioas", "{}").expect(201);
            try (EventReader events =
                    EventReader.open(
                            RunningService.baseOf(second),
                            path + "/events",
                            "Last-Event-ID",
                            last.id())) {
                assertThat(revisions(events.upTo(4))).isEqualTo(range(2, 4));
            }
        }
    }

    /// More than the buffers of a connection take: a hundred commits of 100 kB each, in the log of
    /// a context that was not used yet.
    private static void fillLog(ConfigurableApplicationContext service, String context) {
        JdbcClient jdbc = service.getBean(JdbcClient.class);
        long id = Long.parseLong(context.substring("/v1/contexts/".length()));
        String text = "[{\"kind\":\"MADE_UP\",\"object\":\"" + "x".repeat(100_000) + "\"}]";
        for (int revision = 2; revision <= 101; revision++) {
            jdbc.sql("INSERT INTO change_log (context_id, revision, changes) VALUES (?, ?, ?)")
                    .params(id, revision, text)
                    .update();
        }
        jdbc.sql("UPDATE context SET revision = 101 WHERE id = ?").param(id).update();
    }

    /// A client that reads nothing: others do not notice, and later it gets everything.
    @Test
    void slowReaderDelaysNobodyAndMissesNothing() throws Exception {
        fillLog(service, context);
        try (Socket slow = requestStream(base, context, "after=1");
                EventReader quick = follow("")) {
            assertThat(quick.next().revision()).isEqualTo(101);
            for (int i = 102; i <= 121; i++) {
                commit(1);
                assertThat(quick.next().revision()).isEqualTo(i);
            }
            String text = readUntil(slow, "\"revision\":121,");
            assertThat(text.lines().filter(line -> line.startsWith("id: ")))
                    .containsExactlyElementsOf(
                            LongStream.rangeClosed(1, 121).mapToObj(id -> "id: " + id).toList());
        }
    }

    private static Socket requestStream(URI base, String context, String query) throws IOException {
        var socket = new Socket();
        socket.setReceiveBufferSize(4096);
        socket.connect(new InetSocketAddress(base.getHost(), base.getPort()));
        OutputStream out = socket.getOutputStream();
        out.write(
                ("GET " + context + "/events?" + query + " HTTP/1.1\r\nHost: x\r\n\r\n")
                        .getBytes(StandardCharsets.US_ASCII));
        out.flush();
        return socket;
    }

    /// Chunk sizes stand on lines of their own; every event is short but for its data.
    private static String readUntil(Socket socket, String end) throws IOException {
        var text = new StringBuilder();
        byte[] some = new byte[65536];
        while (text.indexOf(end, Math.max(0, text.length() - 100_000)) < 0) {
            int n = socket.getInputStream().read(some);
            assertThat(n).isPositive();
            text.append(new String(some, 0, n, StandardCharsets.US_ASCII));
        }
        return text + "\n";
    }

    /// Also with a client that does not read what it is sent.
    @Test
    void shutdownDoesNotWaitForStreams() throws Exception {
        ConfigurableApplicationContext other =
                RunningService.run("--spring.lifecycle.timeout-per-shutdown-phase=60s");
        URI address = RunningService.baseOf(other);
        String path = RunningService.httpOf(other).openContext("lab");
        fillLog(other, path);
        try (Socket stuck = requestStream(address, path, "after=1");
                EventReader events = EventReader.open(address, path + "/events")) {
            assertThat(events.next().revision()).isEqualTo(101);
            assertThat(stuck.getInputStream().read()).isEqualTo('H'); // it has begun
            assertThat(other.getBean(ChangeFeed.class).streams()).isEqualTo(2);
            long start = System.nanoTime();

            other.close();

            assertThat(Duration.ofNanos(System.nanoTime() - start))
                    .isLessThan(Duration.ofSeconds(15));
            assertThat(events.rest()).isEmpty();
        }
    }
}

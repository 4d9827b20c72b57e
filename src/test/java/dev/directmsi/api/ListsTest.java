package dev.directmsi.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/// Lists come in parts, in a stable order, and what comes or goes in between moves nothing else.
class ListsTest {

    private final Http http = RunningService.http();
    private final String context = http.openContext("lab");

    @Test
    void partsTogetherAreTheWhole() {
        IntStream.range(0, 7).forEach(_ -> http.post(context + "/ioas", "{}").expect(201));

        assertThat(ids("/ioas", 3)).containsExactly("1", "2", "3", "4", "5", "6", "7");
        assertThat(ids("/objects", 7)).hasSize(7);
        assertThat(ids("/ioas", 1000)).hasSize(7);
    }

    @Test
    void partEndsWhereThereIsNoMore() {
        IntStream.range(0, 4).forEach(_ -> http.post(context + "/ioas", "{}").expect(201));

        JsonNode whole = http.get(context + "/ioas?limit=4").expect(200).json();

        assertThat(whole.path("items")).hasSize(4);
        assertThat(whole.has("nextCursor")).isFalse();
    }

    @Test
    void whatGoesInBetweenIsNotMissed() {
        IntStream.range(0, 4).forEach(_ -> http.post(context + "/ioas", "{}").expect(201));
        String cursor = http.get(context + "/ioas?limit=2").at("/nextCursor");

        http.delete(context + "/objects/3").expect(200);

        JsonNode rest = http.get(context + "/ioas?limit=2&cursor=" + cursor).expect(200).json();
        assertThat(rest.path("items"))
                .extracting(item -> item.path("id").asInt())
                .containsExactly(4);
    }

    @Test
    void contextsAndHostsAreListedToo() {
        http.openContext("lab");

        JsonNode contexts = http.get("/v1/contexts?limit=1").expect(200).json();
        JsonNode hosts = http.get("/v1/hosts?limit=2").expect(200).json();

        assertThat(contexts.path("items")).hasSize(1);
        assertThat(contexts.has("nextCursor")).isTrue();
        assertThat(hosts.path("items")).hasSize(2);
        String next = hosts.path("nextCursor").asString();
        assertThat(http.get("/v1/hosts?limit=1&cursor=" + next).at("/items/0/name"))
                .isEqualTo(next);
        assertThat(http.get("/v1/hosts/lab/devices?limit=5&cursor=10").json().path("items"))
                .hasSize(2);
    }

    private List<String> ids(String path, int limit) {
        var ids = new ArrayList<String>();
        String cursor = "0";
        do {
            JsonNode part =
                    http.get(context + path + "?limit=" + limit + "&cursor=" + cursor)
                            .expect(200)
                            .json();
            part.path("items").forEach(item -> ids.add(item.path("id").asString()));
            cursor = part.path("nextCursor").asString("");
        } while (!cursor.isEmpty());
        return ids;
    }
}

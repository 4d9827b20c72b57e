package dev.directmsi.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A client of an event stream, which holds every event to the document.
public final class EventReader implements AutoCloseable {

    private static final Contract CONTRACT = Contract.read();
    private static final HttpClient CLIENT =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private static final Event END = new Event("", "", JsonMapper.shared().nullNode());

    private final HttpResponse<InputStream> response;
    private final LinkedBlockingQueue<Event> events = new LinkedBlockingQueue<>();

    /// An event, or a comment, whose id is empty.
    public record Event(String id, String data, JsonNode json) {

        public String type() {
            return json.path("type").asString("COMMENT");
        }

        public long revision() {
            return json.path("revision").asLong();
        }
    }

    private EventReader(HttpResponse<InputStream> response) {
        this.response = response;
    }

    static EventReader open(URI base, String path, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(base.resolve(path));
        request.header("Accept", "text/event-stream");
        for (int i = 0; i < headers.length; i += 2) {
            request.header(headers[i], headers[i + 1]);
        }
        try {
            var reader =
                    new EventReader(CLIENT.send(request.build(), BodyHandlers.ofInputStream()));
            assertThat(reader.response.statusCode()).isEqualTo(200);
            assertThat(reader.response.headers().firstValue("Content-Type"))
                    .hasValue("text/event-stream");
            Thread.ofVirtual().start(reader::read);
            return reader;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /// A client of a service that may be in trouble, which takes a refusal too.
    ///
    /// @throws UncheckedIOException when there is no answer in some seconds
    public static EventReader connect(Http http, String path, String... headers) {
        HttpRequest request =
                HttpRequest.newBuilder(http.base().resolve(path))
                        .header("Accept", "text/event-stream")
                        .headers(headers)
                        .timeout(Duration.ofSeconds(5))
                        .build();
        try {
            var reader = new EventReader(CLIENT.send(request, BodyHandlers.ofInputStream()));
            if (reader.status() == 200) {
                Thread.ofVirtual().start(reader::read);
            }
            return reader;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /// Of the answer; there are events only with 200.
    public int status() {
        return response.statusCode();
    }

    private void read() {
        try (var lines =
                new BufferedReader(
                        new InputStreamReader(response.body(), StandardCharsets.UTF_8))) {
            String id = "";
            String data = "";
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.startsWith("id: ")) {
                    id = line.substring(4);
                } else if (line.startsWith("data: ")) {
                    data = line.substring(6);
                } else if (line.equals(":")) {
                    events.add(new Event("", line, JsonMapper.shared().nullNode()));
                } else if (line.isEmpty() && !data.isEmpty()) {
                    events.add(new Event(id, data, JsonMapper.shared().readTree(data)));
                    data = "";
                } else if (!line.isEmpty() && !line.startsWith("retry: ")) {
                    throw new AssertionError("not of the format: " + line);
                }
            }
        } catch (IOException e) {
            // the connection was cut
        } finally {
            events.add(END);
        }
    }

    /// The next event or comment; END of the stream is null.
    private Event take() {
        try {
            Event event = events.poll(30, TimeUnit.SECONDS);
            if (event == null) {
                throw new AssertionError("nothing came for 30 seconds");
            }
            return event;
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /// The next event.
    Event next() {
        Event event = take();
        while (event.data().equals(":")) {
            event = take();
        }
        assertThat(event).as("the stream has ended").isNotSameAs(END);
        assertThat(event.id()).isEqualTo(Long.toString(event.revision()));
        CONTRACT.checkValue("ContextEvent", event.json());
        return event;
    }

    /// The next event; empty when there was none in this time, only a comment, or there will be
    /// none.
    public Optional<Event> next(Duration patience) {
        try {
            Event event = events.poll(patience.toMillis(), TimeUnit.MILLISECONDS);
            if (event == null || event.equals(END) || event.data().equals(":")) {
                return Optional.empty();
            }
            CONTRACT.checkValue("ContextEvent", event.json());
            return Optional.of(event);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /// The events up to a revision.
    List<Event> upTo(long revision) {
        var all = new ArrayList<Event>();
        do {
            all.add(next());
        } while (all.getLast().revision() < revision);
        return all;
    }

    /// Waits for a comment.
    void awaitHeartbeat() {
        assertThat(take().data()).isEqualTo(":");
    }

    /// Waits for the end of the stream; answers the events before it.
    List<Event> rest() {
        var all = new ArrayList<Event>();
        for (Event event = take(); !event.equals(END); event = take()) {
            if (!event.data().equals(":")) {
                all.add(event);
            }
        }
        return all;
    }

    @Override
    public void close() {
        try {
            response.body().close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

package dev.directmsi.api.events;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.directmsi.api.http.OpenStreams;
import dev.directmsi.control.FeedEvent;
import dev.directmsi.control.FeedSettings;
import dev.directmsi.control.Subscription;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;

/// Sends what a subscription tells, in the format of server-sent events, for as long as somebody
/// listens.
@Component
class EventStream {

    /// A comment; reaches the client's machine and no client's code.
    private static final byte[] HEARTBEAT = ":\n\n".getBytes(UTF_8);

    /// A browser waits this long before it reconnects.
    private static final byte[] RETRY = "retry: 1000\n".getBytes(UTF_8);

    private static final Logger log = LoggerFactory.getLogger(EventStream.class);

    private final LoggedChanges changes;
    private final JsonMapper json;
    private final Duration heartbeat;
    private final OpenStreams streams;

    EventStream(
            LoggedChanges changes, JsonMapper json, FeedSettings settings, OpenStreams streams) {
        this.streams = streams;
        this.changes = changes;
        this.json = json;
        this.heartbeat = settings.heartbeat();
    }

    /// Returns when the stream is over, or the client gone: it resumes with the last id it has.
    void send(Subscription subscription, HttpServletRequest request, HttpServletResponse response) {
        response.setContentType(MediaType.TEXT_EVENT_STREAM_VALUE);
        response.setHeader(HttpHeaders.CACHE_CONTROL, "no-store");
        response.setHeader("X-Accel-Buffering", "no"); // nginx would wait for more
        try (var _ = streams.begin(request)) {
            write(response, RETRY);
            while (!subscription.isOver()) {
                List<FeedEvent> events = subscription.next(heartbeat);
                if (!events.isEmpty()) {
                    write(response, format(events));
                } else if (!subscription.isOver()) {
                    write(response, HEARTBEAT);
                }
            }
        } catch (IOException e) {
            log.debug("a client of an event stream has gone", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            // The answer has begun; a problem document would be read as an event.
            log.error("an event stream has failed", e);
        }
    }

    private static void write(HttpServletResponse response, byte[] bytes) throws IOException {
        response.getOutputStream().write(bytes);
        response.flushBuffer();
    }

    private byte[] format(List<FeedEvent> events) {
        var text = new ByteArrayOutputStream();
        for (FeedEvent event : events) {
            text.writeBytes(("id: " + event.revision() + "\ndata: ").getBytes(UTF_8));
            text.writeBytes(json.writeValueAsBytes(ContextEvent.of(event, changes)));
            text.writeBytes("\n\n".getBytes(UTF_8));
        }
        return text.toByteArray();
    }
}

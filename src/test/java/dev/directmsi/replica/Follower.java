package dev.directmsi.replica;

import dev.directmsi.api.EventReader;
import dev.directmsi.api.EventReader.Event;
import dev.directmsi.api.Http;
import dev.directmsi.replica.Violations.Promise;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import tools.jackson.databind.json.JsonMapper;

/// Follows the events of one context at one replica after another, each time from the last event
/// that it saw: on a cut, on silence, and after a few events without any reason.
final class Follower implements Runnable {

    private static final long PAUSE = 20_000_000;

    /// Silence after which it asks somebody else.
    private static final Duration SILENCE = Duration.ofSeconds(2);

    /// When all is well again, the rest must come in this time.
    private static final long PATIENCE = 60_000_000_000L;

    private final Cluster cluster;
    private final long context;
    private final Random random;
    private final Violations violations;
    private final List<Event> told = new ArrayList<>();
    private int connections;
    private long last = 1;
    private volatile long end = Long.MAX_VALUE;
    private volatile long deadline = Long.MAX_VALUE;

    Follower(Cluster cluster, long context, Random random, Violations violations) {
        this.cluster = cluster;
        this.context = context;
        this.random = random;
        this.violations = violations;
    }

    /// There will be no commit after this one.
    void finish(long revision) {
        deadline = System.nanoTime() + PATIENCE;
        end = revision;
    }

    @Override
    public void run() {
        try {
            while (last < end) {
                if (deadline != Long.MAX_VALUE && System.nanoTime() > deadline) {
                    throw new AssertionError("nothing is told after " + last + " of " + end);
                }
                connect();
            }
        } catch (AssertionError e) {
            violations.add(Promise.EVENTS_ARE_THE_LOG, "context " + context + ": " + e);
        }
    }

    private void connect() {
        Http http = cluster.replicas().get(random.nextInt(Cluster.REPLICAS)).http();
        String after = Long.toString(last);
        if (http != null) {
            String path = "/v1/contexts/" + context + "/events";
            try (EventReader events = EventReader.connect(http, path, "Last-Event-ID", after)) {
                if (events.status() == 200) {
                    connections++;
                    follow(events);
                    return;
                }
                if (events.status() != 503) {
                    throw new AssertionError(after + " is answered by " + events.status());
                }
            } catch (UncheckedIOException e) {
                // it is dead, or does not answer while it is cut off
            }
        }
        LockSupport.parkNanos(PAUSE);
    }

    private void follow(EventReader events) {
        Optional<Event> begin = events.next(SILENCE);
        if (begin.isPresent()) {
            expect(begin.get(), "SUBSCRIBED", last);
        }
        for (int left = 1 + random.nextInt(20);
                left > 0 && begin.isPresent() && last < end;
                left--) {
            Optional<Event> next = events.next(SILENCE);
            if (next.isEmpty()) {
                return;
            }
            expect(next.get(), "COMMIT", last + 1);
            told.add(next.get());
            last++;
        }
    }

    private static void expect(Event event, String type, long revision) {
        if (!event.type().equals(type) || event.revision() != revision) {
            throw new AssertionError(type + " " + revision + " is expected, not " + event.data());
        }
    }

    /// Every row of the log was told, once, as it is.
    void check(List<LogRow> log) {
        if (told.size() != log.size()) {
            violations.add(
                    Promise.EVENTS_ARE_THE_LOG,
                    "context %d: %d events of %d commits"
                            .formatted(context, told.size(), log.size()));
            return;
        }
        for (int i = 0; i < log.size(); i++) {
            LogRow row = log.get(i);
            Event event = told.get(i);
            if (event.revision() != row.revision()
                    || !JsonMapper.shared()
                            .readTree(row.changes())
                            .equals(event.json().get("changes"))) {
                violations.add(Promise.EVENTS_ARE_THE_LOG, row + " was told as " + event.data());
            }
        }
    }

    int connections() {
        return connections;
    }
}

package dev.directmsi.replica;

import dev.directmsi.api.Http;
import dev.directmsi.api.Reply;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;

/// Sends operations, each to any replica, and each until its outcome is known: with the same key
/// where it has one. Without a key a change whose outcome is unknown stays so.
final class Client {

    /// How long a client that was told 503 waits before it asks another replica.
    private static final long PAUSE = 20_000_000;

    /// No answer in this time, faults included, is a fault of ours.
    private static final long PATIENCE = 90_000_000_000L;

    private final List<Replica> replicas;
    private final History history;
    private final Random route;

    Client(List<Replica> replicas, History history, long seed) {
        this.replicas = replicas;
        this.history = history;
        this.route = new Random(seed);
    }

    void perform(Operation operation) {
        long invoked = System.nanoTime();
        int attempts = 0;
        while (System.nanoTime() - invoked < PATIENCE) {
            Replica replica = replicas.get(route.nextInt(replicas.size()));
            Http http = replica.http();
            if (http == null) {
                LockSupport.parkNanos(PAUSE / 10);
                continue;
            }
            history.noteAttempt();
            attempts++;
            try {
                Answered answer = Answered.of(send(http, operation));
                if (answer.status() != 503) {
                    history.add(
                            new Observed(
                                    operation,
                                    invoked,
                                    System.nanoTime(),
                                    answer,
                                    attempts,
                                    "replica " + replica.number()));
                    return;
                }
                if (answer.code().equals("OUTCOME_UNKNOWN") && !operation.isRepeatable()) {
                    history.add(Observed.unknown(operation, invoked));
                    return;
                }
            } catch (UncheckedIOException e) {
                if (!operation.isRepeatable() && !(e.getCause() instanceof ConnectException)) {
                    history.add(Observed.unknown(operation, invoked));
                    return;
                }
            }
            LockSupport.parkNanos(PAUSE);
        }
        history.add(Observed.unknown(operation, invoked));
        history.noteUnanswered(operation);
    }

    static Reply send(Http http, Operation operation) {
        var headers = new ArrayList<String>();
        BodyPublisher body = BodyPublishers.noBody();
        if (!operation.body().isEmpty()) {
            body = BodyPublishers.ofString(operation.body());
            headers.addAll(List.of("Content-Type", "application/json"));
        }
        if (operation.key() != null) {
            headers.addAll(List.of("Idempotency-Key", operation.key()));
        }
        if (operation.ifMatch() != null) {
            headers.addAll(List.of("If-Match", operation.ifMatch()));
        }
        return http.send(
                operation.method(), operation.path(), body, headers.toArray(String[]::new));
    }
}

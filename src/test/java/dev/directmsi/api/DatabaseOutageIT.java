package dev.directmsi.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.directmsi.container.NeedsEngine;
import dev.directmsi.store.PostgreSqlServer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.context.ConfigurableApplicationContext;

/// The service while its PostgreSQL goes away and comes back.
@NeedsEngine
@Timeout(300)
class DatabaseOutageIT {

    private static final int WRITERS = 4;

    private static PostgreSqlServer server;
    private static ConfigurableApplicationContext service;
    private static Http http;

    @BeforeAll
    static void start() {
        server = PostgreSqlServer.start();
        service = RunningService.run(server.settings(server.url() + "?socketTimeout=5"));
        http = RunningService.httpOf(service);
    }

    @AfterAll
    static void stop() {
        service.close();
        server.close();
    }

    @Test
    void everyRequestHears503InTimeAndTheServiceComesBack() throws Exception {
        String context = http.openContext("lab");
        http.post(context + "/ioas", "{}").expect(201);
        server.kill();

        assertThat(health("liveness")).isEqualTo(200);
        assertThat(health("readiness")).isEqualTo(503);
        List<Future<Reply>> replies = new ArrayList<>();
        long start = System.nanoTime();
        try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 20; i++) {
                replies.add(clients.submit(() -> http.post(context + "/ioas", "{}")));
                replies.add(clients.submit(() -> http.get(context + "/ioas")));
                replies.add(clients.submit(() -> http.get("/v1/hosts")));
                replies.add(clients.submit(() -> http.post("/v1/contexts", "{'host':'lab'}")));
            }
        }
        for (Future<Reply> reply : replies) {
            reply.get().expect(503).problem("STORE_UNAVAILABLE");
            assertThat(reply.get().header("Retry-After")).hasValue("1");
        }
        // One waits for a lock, then for a connection, and no longer.
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(20));

        server.startAgain();
        Awaitility.await().until(() -> health("readiness") == 200);
        assertThat(http.get(context + "/ioas").expect(200).json().path("items")).hasSize(1);
        http.post(context + "/ioas", "{}").expect(201);
    }

    private static int health(String group) throws IOException, InterruptedException {
        URI uri = RunningService.baseOf(service).resolve("/actuator/health/" + group);
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.discarding())
                    .statusCode();
        }
    }

    /// Each writer repeats what got no success under its key, until it gets one.
    @Test
    void whatWasAcknowledgedIsThereExactlyOnce() throws Exception {
        var failures = new AtomicInteger();
        var successes = new AtomicInteger();
        var over = new AtomicBoolean();
        List<String> contexts = new ArrayList<>();
        List<Future<Integer>> writers = new ArrayList<>();
        try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < WRITERS; i++) {
                String context = http.openContext("lab");
                contexts.add(context);
                writers.add(clients.submit(() -> write(context, over, successes, failures)));
            }
            disturb(successes, failures, server::kill, server::startAgain);
            disturb(successes, failures, server::stop, server::startAgain);
            disturb(successes, failures, server::pause, server::unpause);
            awaitMore(successes);
            over.set(true);
        }

        for (int i = 0; i < WRITERS; i++) {
            Reply list = http.get(contexts.get(i) + "/ioas?limit=1000").expect(200);
            assertThat(list.json().path("items")).hasSize(writers.get(i).get());
        }
    }

    private static int write(
            String context, AtomicBoolean over, AtomicInteger successes, AtomicInteger failures) {
        int acknowledged = 0;
        while (!over.get() && acknowledged < 900) {
            String key = "key-" + acknowledged;
            while (http.post(context + "/ioas", "{}", "Idempotency-Key", key).status() != 201) {
                failures.incrementAndGet();
            }
            acknowledged++;
            successes.incrementAndGet();
        }
        return acknowledged;
    }

    /// Between successes, until somebody has heard of it.
    private static void disturb(
            AtomicInteger successes, AtomicInteger failures, Runnable away, Runnable back) {
        awaitMore(successes);
        away.run();
        awaitMore(failures);
        back.run();
    }

    private static void awaitMore(AtomicInteger counter) {
        int before = counter.get();
        Awaitility.await().atMost(Duration.ofMinutes(1)).until(() -> counter.get() > before + 3);
    }
}

package dev.directmsi.container;

import static org.assertj.core.api.Assertions.assertThat;

import dev.directmsi.api.Http;
import dev.directmsi.api.KillTenant;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.Network;

/// The service on PostgreSQL under load, while each of the two is restarted, paused and killed:
/// nothing acknowledged is missing, nothing is there by halves or twice, and what was at rest reads
/// the same to the byte.
@NeedsEngine
@Timeout(900)
final class FaultsIT {

    private static final List<String> BUSY =
            List.of("0000:01:00.0", "0000:02:00.0", "0000:03:00.0");

    /// A fault comes after at most so many acknowledgements.
    private static final int MOST_ACKNOWLEDGED = 60;

    private static final Duration GRACE = Duration.ofSeconds(30);

    private static final Network NETWORK = Network.newNetwork();
    private static final DatabaseContainer DATABASE = new DatabaseContainer(NETWORK);
    private static final ServiceContainer SERVICE = new ServiceContainer().on(DATABASE);

    private static final List<KillTenant> TENANTS = new ArrayList<>();

    private static final Random RANDOM = random();

    enum Part {
        SERVICE,
        DATABASE;

        GenericContainer<?> container() {
            return switch (this) {
                case SERVICE -> FaultsIT.SERVICE;
                case DATABASE -> FaultsIT.DATABASE;
            };
        }
    }

    private static Random random() {
        long seed = Long.getLong("seed", System.nanoTime());
        System.out.println("FaultsIT: -Dseed=" + seed);
        return new Random(seed);
    }

    @BeforeAll
    static void start() {
        SERVICE.start();
        Http http = SERVICE.http();
        for (String device : BUSY) {
            TENANTS.add(new KillTenant(http, "busy-" + device, device));
        }
    }

    @AfterAll
    static void stop() {
        SERVICE.stop();
        DATABASE.stop();
        NETWORK.close();
    }

    @ParameterizedTest
    @EnumSource(Part.class)
    void killed(Part part) throws Exception {
        survives(() -> {
            Engine.kill(part.container());
            if (part == Part.DATABASE) {
                awaitReadiness(503);
            }
            Engine.start(part.container());
        });
    }

    @ParameterizedTest
    @EnumSource(Part.class)
    void restarted(Part part) throws Exception {
        survives(() -> {
            Engine.stop(part.container(), GRACE);
            Engine.start(part.container());
        });
    }

    @ParameterizedTest
    @EnumSource(Part.class)
    void paused(Part part) throws Exception {
        survives(() -> {
            Engine.pause(part.container());
            Engine.unpause(part.container());
        });
    }

    /// Lets the tenants work, has the fault happen, and compares. The service comes back by itself.
    private static void survives(Runnable fault) throws Exception {
        var atRest = TENANTS.getFirst();
        String everything = atRest.everything(SERVICE.http());

        underLoad(TENANTS.subList(1, TENANTS.size()), fault);

        awaitReadiness(200);
        Http after = SERVICE.http();
        assertThat(atRest.everything(after)).isEqualTo(everything);
        for (KillTenant tenant : TENANTS) {
            tenant.check(after);
        }
    }

    private static void underLoad(List<KillTenant> tenants, Runnable fault) throws Exception {
        Http http = SERVICE.http();
        var acknowledgements = new Semaphore(0);
        var over = new AtomicBoolean();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var working = new ArrayList<Future<?>>();
            for (KillTenant tenant : tenants) {
                working.add(
                        threads.submit(() ->
                                tenant.work(
                                        http,
                                        () -> {
                                            acknowledgements.release();
                                            return !over.get();
                                        })));
            }
            try {
                int before = 1 + RANDOM.nextInt(MOST_ACKNOWLEDGED);
                assertThat(acknowledgements.tryAcquire(before, 5, TimeUnit.MINUTES)).isTrue();
                fault.run();
            } finally {
                over.set(true);
            }
            for (Future<?> work : working) {
                work.get();
            }
        }
    }

    private static void awaitReadiness(int status) {
        Http http = SERVICE.http();
        Awaitility.await("readiness " + status)
                .pollInterval(Duration.ofMillis(100))
                .atMost(Engine.PATIENCE)
                .until(() -> http.get("/actuator/health/readiness").status() == status);
    }
}

package dev.directmsi.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// `kill -9` of the real service under load, again and again on one database: nothing acknowledged
/// is missing, nothing is there by halves, and what was at rest reads the same to the byte.
final class ServiceKillTest {

    private static final int ROUNDS = 10;

    /// A kill comes after at most so many acknowledgements of a round.
    private static final int MOST_ACKNOWLEDGED = 120;

    private static final List<String> BUSY =
            List.of("0000:01:00.0", "0000:02:00.0", "0000:03:00.0", "0001:01:00.0");

    @Test
    @Timeout(600)
    void killedServiceLosesNothingAcknowledged(@TempDir Path directory) throws Exception {
        long seed = Long.getLong("seed", System.nanoTime());
        System.out.println("ServiceKillTest: -Dseed=" + seed);
        var random = new Random(seed);
        long start = System.nanoTime();
        var tenants = new ArrayList<KillTenant>();
        ServiceProcess service = ServiceProcess.start(directory);
        try {
            Http http = service.http();
            for (String device : BUSY) {
                tenants.add(new KillTenant(http, "busy-" + device, device));
            }
            var atRest = new KillTenant(http, "at-rest", "0001:02:00.0");
            String everything = atRest.everything(http);
            int acknowledged = 0;
            for (int round = 0; round < ROUNDS; round++) {
                acknowledged +=
                        killUnderLoad(service, tenants, 1 + random.nextInt(MOST_ACKNOWLEDGED));
                service = ServiceProcess.start(directory);
                Http after = service.http();
                assertThat(atRest.everything(after)).isEqualTo(everything);
                tenants.forEach(tenant -> tenant.check(after));
            }
            System.out.printf(
                    "%d kills, %d acknowledged, %d ms%n",
                    ROUNDS, acknowledged, (System.nanoTime() - start) / 1_000_000);
        } finally {
            service.close();
        }
    }

    /// Lets the tenants work and kills the service after some acknowledgements; answers how many
    /// there were.
    private static int killUnderLoad(ServiceProcess service, List<KillTenant> tenants, int after)
            throws Exception {
        var acknowledgements = new Semaphore(0);
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> working = new ArrayList<>();
            for (KillTenant tenant : tenants) {
                working.add(
                        threads.submit(() ->
                                tenant.work(
                                        service.http(),
                                        () -> {
                                            acknowledgements.release();
                                            return true;
                                        })));
            }
            acknowledgements.acquire(after);
            service.kill();
            for (Future<?> work : working) {
                work.get();
            }
        }
        return after + acknowledgements.availablePermits();
    }
}

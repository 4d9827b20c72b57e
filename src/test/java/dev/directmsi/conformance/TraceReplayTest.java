package dev.directmsi.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.directmsi.api.Http;
import dev.directmsi.api.RunningService;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.springframework.context.ConfigurableApplicationContext;

/// Replays recordings of a real kernel over HTTP, and writes `target/conformance/report.md`.
/// `-Dtraces=DIR` replays another directory.
class TraceReplayTest {

    private static final Path GIVEN = Path.of("src/test/resources/kernel-traces");
    private static final Path TRACES = Path.of(System.getProperty("traces", GIVEN.toString()));
    private static final Path REPORT = Path.of("target/conformance/report.md");

    private static final int WORKERS = 3;

    /// The rules are what is tested here, so nothing has to survive: the store is in memory.
    private static final String STORE =
            "--spring.datasource.url=jdbc:h2:mem:conformance;DB_CLOSE_DELAY=-1";

    @Test
    void theServiceAnswersAsTheKernelDid() throws InterruptedException, ExecutionException {
        List<Trace> traces = Trace.below(TRACES);
        assertThat(traces).as("recordings below " + TRACES).isNotEmpty();
        Report report = new Report();
        try (ConfigurableApplicationContext service = RunningService.run(STORE)) {
            replay(new ConcurrentLinkedQueue<>(traces), RunningService.httpOf(service), report);
        } finally {
            report.write(REPORT);
            System.out.println(report.summary() + "; see " + REPORT);
        }
        assertThat(report.failures()).isEmpty();
        assertThat(report.differences()).as(report.summary() + "; all are in " + REPORT).isEmpty();
        if (TRACES.equals(GIVEN)) {
            assertThat(ErrnoTable.read().holes(report.refusals()))
                    .as("outcomes of the reference that nothing shows")
                    .isEmpty();
        }
    }

    private static void replay(ConcurrentLinkedQueue<Trace> traces, Http http, Report report)
            throws InterruptedException, ExecutionException {
        List<Callable<Void>> workers = new ArrayList<>();
        for (int i = 0; i < WORKERS; i++) {
            Hosts hosts = new Hosts(http, "replay-" + i);
            workers.add(() -> {
                Replay replay = new Replay(http, report);
                for (Trace trace = traces.poll(); trace != null; trace = traces.poll()) {
                    replay.run(trace, hosts);
                }
                return null;
            });
        }
        try (var executor = Executors.newFixedThreadPool(WORKERS)) {
            for (Future<Void> done : executor.invokeAll(workers)) {
                done.get();
            }
        }
    }
}

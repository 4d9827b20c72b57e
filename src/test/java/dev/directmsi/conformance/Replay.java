package dev.directmsi.conformance;

import dev.directmsi.api.Http;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/// Replays recordings against the service.
final class Replay {

    private static final Map<String, Step> STEPS = steps();

    private final Http http;
    private final Report report;

    Replay(Http http, Report report) {
        this.http = http;
        this.report = report;
    }

    private static Map<String, Step> steps() {
        Map<String, Step> steps = new HashMap<>();
        Stream.of(
                        IoasSteps.steps(),
                        ContextSteps.steps(),
                        HwptSteps.steps(),
                        ViommuSteps.steps(),
                        QueueSteps.steps(),
                        MockSteps.steps(),
                        AccessSteps.steps(),
                        ProcessSteps.steps(),
                        CompatSteps.steps(),
                        VfioSteps.steps(),
                        PciSteps.steps())
                .forEach(steps::putAll);
        return Map.copyOf(steps);
    }

    /// Replays one, on a host that nobody else uses meanwhile.
    void run(Trace trace, String host) {
        try (Session session = new Session(http, host, trace)) {
            Deviation deviation = new Deviation();
            for (Operation operation : trace.operations()) {
                try {
                    session.turnTo(operation);
                    run(trace, operation, session, deviation);
                    session.remember(operation);
                } catch (RuntimeException | AssertionError e) {
                    throw new IllegalStateException(
                            trace.name() + ":" + operation.line() + " " + operation.kind(), e);
                }
            }
        }
    }

    private void run(Trace trace, Operation operation, Session session, Deviation deviation) {
        Step step = Objects.requireNonNull(STEPS.get(operation.kind()), "no step");
        Result result =
                Structure.problem(operation)
                        .map(Result::no)
                        .orElseGet(() -> step.replay(operation, session));
        if (result.inexpressible() != null) {
            report.inexpressible(operation, result.inexpressible());
            return;
        }
        List<String> differences = Comparison.differences(operation, result, session.ids());
        deviation.watch(operation, result, session);
        if (differences.isEmpty()) {
            report.equal(operation);
            return;
        }
        deviation
                .explanation(operation)
                .ifPresentOrElse(
                        why -> report.deliberate(operation, why),
                        () -> report.different(trace, operation, differences));
        Alignment.restore(operation, result, session);
    }
}

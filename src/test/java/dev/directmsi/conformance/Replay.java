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
                session.turnTo(operation);
                if (!succeeds(trace, operation, session, deviation)) {
                    return;
                }
                session.remember(operation);
            }
        }
    }

    private boolean succeeds(
            Trace trace, Operation operation, Session session, Deviation deviation) {
        try {
            run(trace, operation, session, deviation);
            return true;
        } catch (RuntimeException | AssertionError e) {
            report.failed(trace.name() + ":" + operation.line() + " " + operation.kind(), e);
            return false;
        }
    }

    /// What the service answers to an operation.
    static Result result(Operation operation, Session session) {
        Step step =
                Objects.requireNonNull(STEPS.get(operation.kind()), "no step " + operation.kind());
        return Structure.problem(operation)
                .map(Result::no)
                .orElseGet(() -> step.replay(operation, session));
    }

    private void run(Trace trace, Operation operation, Session session, Deviation deviation) {
        Result result = result(operation, session);
        if (result.inexpressible() != null) {
            deviation.watch(operation, result, session);
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

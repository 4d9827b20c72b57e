package dev.directmsi.conformance;

import dev.directmsi.api.Http;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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

    /// Replays one, on a host that nobody else uses meanwhile. Where that cannot even begin, all of
    /// it is different.
    void run(Trace trace, Hosts hosts) {
        Session session;
        try {
            session = new Session(http, hosts.like(trace.preset()), trace);
        } catch (RuntimeException | AssertionError e) {
            report.failed(trace.name(), e);
            trace.operations().forEach(each -> report.different(trace, each, List.of("no host")));
            return;
        }
        try (session) {
            Deviation deviation = new Deviation();
            for (Operation operation : trace.operations()) {
                try {
                    run(trace, operation, session, deviation);
                } catch (RuntimeException | AssertionError e) {
                    report.failed(
                            trace.name() + ":" + operation.line() + " " + operation.kind(), e);
                }
                session.remember(operation);
            }
        }
    }

    /// What the service answers to an operation, which is no errno if nobody can say it or the
    /// answer breaks the API's own contract.
    static Result result(Operation operation, Session session) {
        try {
            Step step = STEPS.get(operation.kind());
            if (step == null) {
                return Result.refused(
                        operation.kind().isEmpty()
                                ? "a line that is no operation"
                                : "no step for operation '" + operation.kind() + "'");
            }
            return Structure.problem(operation)
                    .map(Result::no)
                    .orElseGet(() -> session.replay(operation, step));
        } catch (RuntimeException | AssertionError e) {
            return Result.refused(e.toString());
        }
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
            report.equal(trace, operation);
            return;
        }
        (result.isRules() ? deviation.explanation(operation) : Optional.<Deliberate>empty())
                .ifPresentOrElse(
                        why -> report.deliberate(operation, why),
                        () -> report.different(trace, operation, differences));
        Alignment.restore(operation, result, session);
    }
}

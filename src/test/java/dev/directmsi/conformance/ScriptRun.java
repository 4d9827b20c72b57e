package dev.directmsi.conformance;

import dev.directmsi.api.Http;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.json.JsonMapper;

/// Runs the scenarios of scripts, by the same steps as recordings.
final class ScriptRun {

    /// Buffers of the recorded processes.
    private static final String HEADER =
            """
            {"bufs":{"buf":["0x100000000","0x1000000"],"ro":["0x110000000","0x100000"],\
            "huge":["0x120000000","0x400000"],"none":["0x130000000","0x0"],\
            "file":["0x140000000","0x400000"]}}\
            """;

    /// Reasons of operations that prepare only.
    private static final Set<Inexpressible> ALWAYS =
            EnumSet.of(Inexpressible.PROCESS_ONLY, Inexpressible.CONFIGURATION_SPACE);

    private final Http http;
    private final Hosts hosts;

    ScriptRun(Http http) {
        this.http = http;
        hosts = new Hosts(http, "checklist");
    }

    /// What of the operations of a row was said over HTTP.
    private static final class Said {

        private int operations;
        private final Set<Inexpressible> reasons = EnumSet.noneOf(Inexpressible.class);
    }

    /// What the service did otherwise, each with its line; nothing if all is as it should be.
    List<String> differences(Scenario scenario) {
        Trace trace = new Trace(scenario.name(), JsonMapper.shared().readTree(HEADER), List.of());
        Values values = new Values(trace);
        Map<Row, Said> said = new HashMap<>();
        List<String> differences = new ArrayList<>();
        try (Session session = new Session(http, hosts.like(scenario.machine()), trace)) {
            for (Scenario.Step step : scenario.steps()) {
                Said row = said.computeIfAbsent(step.row(), _ -> new Said());
                if (!step.line().text().isEmpty()) {
                    run(step, values, session, row).stream()
                            .map(words ->
                                    step.line().number() + " " + step.line().text() + ": " + words)
                            .forEach(differences::add);
                }
            }
        }
        said.forEach((row, what) -> differences.addAll(wrongExtent(row, what)));
        return differences;
    }

    private static List<String> run(Scenario.Step step, Values values, Session session, Said said) {
        Operation operation = ScriptedOperation.of(step.line(), values);
        Result result = Replay.result(operation, session);
        values.keep(operation, result);
        session.remember(operation);
        if (result.inexpressible() != null) {
            said.reasons.add(result.inexpressible());
            return List.of();
        }
        said.operations++;
        return Comparison.differences(operation, result, session.ids());
    }

    /// A row must be as expressible as it says.
    private static List<String> wrongExtent(Row row, Said said) {
        boolean right =
                switch (row.extent()) {
                    case ALL ->
                            row.numbers().isEmpty()
                                    || (said.operations > 0 && ALWAYS.containsAll(said.reasons));
                    case PARTLY -> said.operations > 0 && !said.reasons.isEmpty();
                    case NOT -> said.operations == 0;
                };
        boolean explained =
                row.why() == null || said.reasons.isEmpty() || said.reasons.contains(row.why());
        return right && explained
                ? List.of()
                : List.of(row + " said " + said.operations + " operations, not " + said.reasons);
    }
}

package dev.directmsi.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.results.format.ResultFormatType;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

/// What JMH says of rules and walks.
final class RuleRows {

    private static final int FEW = 1_000;
    private static final int MANY = 1_000_000;

    private final Settings settings;
    private final Report report;

    private RuleRows(Settings settings, Report report) {
        this.settings = settings;
        this.report = report;
    }

    static void measure(Settings settings, Report report) throws IOException, RunnerException {
        var rows = new RuleRows(settings, report);
        if (settings.wants("rules")) {
            rows.rules(run(settings, RuleBenchmarks.class.getName(), "rules"));
        }
        if (settings.wants("walk")) {
            rows.walks(run(settings, WalkBenchmarks.class.getName(), "walks"));
        }
    }

    private void add(Row row, Class<?> benchmarks, String name)
            throws IOException, RunnerException {
        report.add(Report.MEMORY, row);
        if (!row.isMet()) {
            Path recording = settings.directory().toAbsolutePath().resolve("recording.jfr");
            run(
                    settings,
                    benchmarks.getName() + "." + name + "$",
                    "profiled",
                    Profile.flag(recording));
            report.explain(Report.MEMORY, row, Profile.of(recording, "_jmhStub"));
        }
    }

    private static Collection<RunResult> run(
            Settings settings, String include, String name, String... flags)
            throws RunnerException {
        var time = TimeValue.milliseconds(settings.seconds(2).toMillis());
        var options =
                new OptionsBuilder()
                        .include(include)
                        .forks(1)
                        .warmupIterations(3)
                        .warmupTime(time)
                        .measurementIterations(4)
                        .measurementTime(time)
                        .jvmArgs(settings.flags().toArray(String[]::new))
                        .jvmArgsPrepend("-Xmx1g")
                        .jvmArgsAppend(flags)
                        .shouldFailOnError(true)
                        .resultFormat(ResultFormatType.JSON)
                        .result(settings.directory().resolve(name + ".json").toString())
                        .output(settings.directory().resolve(name + ".txt").toString())
                        .build();
        return new Runner(options).run();
    }

    private record Cost(double median, double p99) {}

    private void rules(Collection<RunResult> results) throws IOException, RunnerException {
        var costs = new TreeMap<String, Cost>();
        for (RunResult result : results) {
            var statistics = result.getPrimaryResult().getStatistics();
            costs.put(
                    key(name(result), Integer.parseInt(result.getParams().getParam("mappings"))),
                    new Cost(statistics.getPercentile(50), statistics.getPercentile(99)));
        }
        for (String name :
                List.of("mapFixed", "mapAutomatic", "unmap", "attach", "programVector")) {
            Cost few = cost(costs, name, FEW);
            Cost many = cost(costs, name, MANY);
            add(
                    Row.atMost(
                            3,
                            "",
                            name + " at 1,000,000 mappings, median",
                            "at 1,000",
                            many.median / few.median,
                            "%.2f µs against %.2f µs".formatted(many.median, few.median)),
                    RuleBenchmarks.class,
                    name);
            add(
                    Row.atMost(
                            20,
                            " µs",
                            name + " at 1,000,000 mappings, p99",
                            "",
                            many.p99,
                            "%.2f µs, at 1,000 %.2f µs".formatted(many.p99, few.p99)),
                    RuleBenchmarks.class,
                    name);
        }
        Cost copy = cost(costs, "newCopy", MANY);
        add(
                Row.atMost(
                        1000,
                        " µs",
                        "new stage-2 copy for an IOAS with 1,000,000 mappings, p99",
                        "",
                        copy.p99,
                        "%.2f µs, median %.2f µs".formatted(copy.p99, copy.median)),
                RuleBenchmarks.class,
                "newCopy");
    }

    private static String key(String name, int mappings) {
        return name + " " + mappings;
    }

    private static Cost cost(Map<String, Cost> costs, String name, int mappings) {
        return Objects.requireNonNull(costs.get(key(name, mappings)), name);
    }

    private static String name(RunResult result) {
        String full = result.getParams().getBenchmark();
        return full.substring(full.lastIndexOf('.') + 1);
    }

    /// To explain a walk is not held to a bar: who reads the story waits for HTTP far longer.
    private void walks(Collection<RunResult> results) throws IOException, RunnerException {
        for (RunResult result : results) {
            double perSecond = result.getPrimaryResult().getScore();
            String measured = Row.number(perSecond) + " /s on one processor";
            if (name(result).equals("walked")) {
                add(
                        Row.atLeast(
                                1_000_000,
                                " /s",
                                "translation walk, both stages",
                                "",
                                perSecond,
                                measured),
                        WalkBenchmarks.class,
                        "walked");
            } else {
                report.note("The same walk with the story of every hop: " + measured + ".");
            }
        }
    }
}

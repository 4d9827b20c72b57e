package dev.directmsi.bench;

import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
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

    private RuleRows() {}

    static void measure(Settings settings, Report report) throws IOException, RunnerException {
        if (settings.wants("rules")) {
            rules(run(settings, RuleBenchmarks.class, "rules"), report);
        }
        if (settings.wants("walk")) {
            walks(run(settings, WalkBenchmarks.class, "walks"), report);
        }
    }

    private static Collection<RunResult> run(Settings settings, Class<?> benchmarks, String name)
            throws RunnerException {
        var time = TimeValue.milliseconds(settings.seconds(2).toMillis());
        var options =
                new OptionsBuilder()
                        .include(benchmarks.getName())
                        .forks(1)
                        .warmupIterations(3)
                        .warmupTime(time)
                        .measurementIterations(4)
                        .measurementTime(time)
                        .jvmArgs(
                                "-Xmx1g",
                                "-XX:+UseCompactObjectHeaders",
                                "--enable-native-access=ALL-UNNAMED")
                        .shouldFailOnError(true)
                        .resultFormat(ResultFormatType.JSON)
                        .result(settings.directory().resolve(name + ".json").toString())
                        .output(settings.directory().resolve(name + ".txt").toString())
                        .build();
        return new Runner(options).run();
    }

    private record Cost(double median, double p99) {}

    private static void rules(Collection<RunResult> results, Report report) throws IOException {
        var costs = new TreeMap<String, Map<Integer, Cost>>();
        for (RunResult result : results) {
            var statistics = result.getPrimaryResult().getStatistics();
            costs.computeIfAbsent(name(result), _ -> new TreeMap<>())
                    .put(
                            Integer.valueOf(result.getParams().getParam("mappings")),
                            new Cost(statistics.getPercentile(50), statistics.getPercentile(99)));
        }
        for (String name :
                List.of("mapFixed", "mapAutomatic", "unmap", "attach", "programVector")) {
            Cost few = costs.get(name).get(FEW);
            Cost many = costs.get(name).get(MANY);
            report.add(
                    Report.MEMORY,
                    Row.atMost(
                            3,
                            "",
                            name + " at 1,000,000 mappings, median",
                            "at 1,000",
                            many.median / few.median,
                            "%.2f µs against %.2f µs".formatted(many.median, few.median)));
            report.add(
                    Report.MEMORY,
                    Row.atMost(
                            20,
                            " µs",
                            name + " at 1,000,000 mappings, p99",
                            "",
                            many.p99,
                            "%.2f µs, at 1,000 %.2f µs".formatted(many.p99, few.p99)));
        }
        Cost copy = costs.get("newCopy").get(MANY);
        report.add(
                Report.MEMORY,
                Row.atMost(
                        1000,
                        " µs",
                        "new stage-2 copy for an IOAS with 1,000,000 mappings, p99",
                        "",
                        copy.p99,
                        "%.2f µs, median %.2f µs".formatted(copy.p99, copy.median)));
    }

    private static String name(RunResult result) {
        String full = result.getParams().getBenchmark();
        return full.substring(full.lastIndexOf('.') + 1);
    }

    private static void walks(Collection<RunResult> results, Report report) throws IOException {
        for (RunResult result : results) {
            double perSecond = result.getPrimaryResult().getScore();
            report.add(
                    Report.MEMORY,
                    Row.atLeast(
                            1_000_000,
                            " /s",
                            "translation walk, both stages: " + name(result),
                            "",
                            perSecond,
                            Row.number(perSecond) + " /s on one processor"));
        }
    }
}

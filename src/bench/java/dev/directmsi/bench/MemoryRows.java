package dev.directmsi.bench;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.ref.Reference;

/// How much heap a mapping takes: what is alive with a million of them, less what is alive without.
final class MemoryRows {

    private static final int MAPPINGS = 1_000_000;

    private MemoryRows() {}

    static void measure(Settings settings, Report report) throws IOException {
        if (!settings.wants("heap")) {
            return;
        }
        new RuleWorld(1); // loads classes and presets
        long nothing = alive();
        var few = new RuleWorld(1);
        long before = alive();
        var many = new RuleWorld(MAPPINGS);
        long after = alive();
        Reference.reachabilityFence(few);
        Reference.reachabilityFence(many);
        double each = (after - before - (before - nothing)) / (double) MAPPINGS;
        report.add(
                Report.MEMORY,
                Row.atMost(
                        120,
                        " bytes",
                        "heap per mapping at 1,000,000",
                        "",
                        each,
                        "%.1f bytes, mapped in ascending order".formatted(each)));
    }

    private static long alive() {
        for (int i = 0; i < 4; i++) {
            System.gc();
        }
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }
}

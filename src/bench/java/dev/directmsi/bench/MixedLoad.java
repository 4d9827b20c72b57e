package dev.directmsi.bench;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import org.HdrHistogram.Histogram;

/// Reads and durable writes together, at four fifths of what the service can do, for long.
final class MixedLoad {

    private static final int CONTEXTS = 16;
    private static final int CLIENTS_PER_CONTEXT = 2;

    /// Seconds until the service does what it will do for ever: by then the log of each context is
    /// full, so that commits prune it, and the file's dead chunks are old enough to be written to.
    private static final int WARM_UP = 150;

    /// What is saturated varies with the machine's other guests from one minute to the next. The
    /// rate is taken from the slowest of some: what it did then it can do for ten minutes.
    private static final int MINUTES = 3;

    private final Settings settings;
    private final Database database;
    private final Report report;
    private final ServiceProcess service;
    private final HttpConnection connection;

    MixedLoad(
            Settings settings,
            Database database,
            Report report,
            ServiceProcess service,
            HttpConnection connection) {
        this.settings = settings;
        this.database = database;
        this.report = report;
        this.service = service;
        this.connection = connection;
    }

    void measure() throws IOException {
        List<Load.Client> clients = clients();
        Load.closed(service.port(), clients, settings.seconds(WARM_UP));
        Load.Result saturated = saturated(clients);
        double rate = 0.8 * saturated.perSecond();
        Duration tenth = settings.seconds(60);
        Load.open(service.port(), clients, rate, tenth);
        double before = heap();
        Load.Result result =
                Load.open(service.port(), clients, rate, settings.seconds(600).minus(tenth));
        double after = heap();
        Row latency = latency(rate, saturated, result.micros());
        report.add(database.name(), latency);
        if (!latency.isMet()) {
            report.explain(
                    database.name(),
                    latency,
                    service.profile(
                            settings.directory(),
                            () -> Load.open(service.port(), clients, rate, settings.seconds(20))));
        }
        report.add(
                database.name(),
                Row.atMost(
                        1.1,
                        "",
                        "live heap after the mixed load",
                        "after a tenth of it",
                        after / before,
                        "%.1f MB, %.1f MB before".formatted(after / 1e6, before / 1e6)));
    }

    private Load.Result saturated(List<Load.Client> clients) throws IOException {
        var minutes = new ArrayList<Load.Result>();
        for (int minute = 0; minute < MINUTES; minute++) {
            minutes.add(Load.closed(service.port(), clients, settings.seconds(60)));
        }
        return Collections.min(minutes, Comparator.comparingDouble(Load.Result::perSecond));
    }

    /// Who is overloaded answers nearly all requests late, which makes for a fine ratio: so a
    /// median counts for no more than that of the saturated service, in which nobody waits for a
    /// client.
    private static Row latency(double rate, Load.Result saturated, Histogram micros) {
        double p50 = micros.getValueAtPercentile(50);
        double p99 = micros.getValueAtPercentile(99);
        double p50Saturated = saturated.micros().getValueAtPercentile(50);
        return Row.atMost(
                10,
                "",
                "p99 at 80 % of the saturated rate, mixed load",
                "p50, or that of the saturated service if it is less",
                p99 / Math.min(p50, p50Saturated),
                "p50 %.2f ms (%.2f saturated), p99 %.2f ms at %.0f of %.0f /s%s"
                        .formatted(
                                p50 / 1000,
                                p50Saturated / 1000,
                                p99 / 1000,
                                rate,
                                saturated.perSecond(),
                                p50 > p50Saturated ? ": overloaded" : ""));
    }

    private double heap() throws IOException {
        return Double.parseDouble(
                connection.expectSuccess(HttpConnection.request("POST", "/bench/heap", "")));
    }

    /// Of ten requests eight read; one maps and the next unmaps that again.
    private List<Load.Client> clients() throws IOException {
        var clients = new ArrayList<Load.Client>();
        for (int context = 0; context < CONTEXTS; context++) {
            Guest guest = Guest.open(connection);
            byte[] object = guest.getObject();
            byte[] ranges = guest.iovaRanges();
            for (int client = 0; client < CLIENTS_PER_CONTEXT; client++) {
                long place = client;
                byte[] map = guest.map(place);
                byte[] unmap = guest.unmap(place);
                var next = new long[1]; // goes on where an earlier load has stopped
                clients.add(_ ->
                        switch ((int) (next[0]++ % 10)) {
                            case 3 -> map;
                            case 7 -> unmap;
                            case 5, 9 -> ranges;
                            default -> object;
                        });
            }
        }
        return clients;
    }
}

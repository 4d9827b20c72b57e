package dev.directmsi.bench;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// Reads and durable writes together, at four fifths of what the service can do, for long.
final class MixedLoad {

    private static final int CONTEXTS = 16;
    private static final int CLIENTS_PER_CONTEXT = 2;

    /// Seconds until the service does what it will do for ever: by then the log of each context is
    /// full, so that commits prune it, and the file's dead chunks are old enough to be written to.
    /// What is saturated after one minute is overloaded after three.
    private static final int WARM_UP = 180;

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
        double saturated = Load.closed(service.port(), clients, settings.seconds(60)).perSecond();
        double rate = 0.8 * saturated;
        Duration tenth = settings.seconds(60);
        Load.open(service.port(), clients, rate, tenth);
        double before = heap();
        Load.Result result =
                Load.open(service.port(), clients, rate, settings.seconds(600).minus(tenth));
        double after = heap();
        double p50 = result.micros().getValueAtPercentile(50);
        double p99 = result.micros().getValueAtPercentile(99);
        Row latency =
                Row.atMost(
                        10,
                        "",
                        "p99 at 80 % of the saturated rate, mixed load",
                        "p50",
                        p99 / p50,
                        "p50 %.2f ms, p99 %.2f ms at %.0f of %.0f /s"
                                .formatted(p50 / 1000, p99 / 1000, rate, saturated));
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

package dev.directmsi.bench;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// What is measured over HTTP: reads, durable writes, batches, and a mix for long.
final class HttpRows {

    private static final int ROUNDS = 5;

    /// Seconds until the service runs as it will: what the JVM compiles before competes with it for
    /// the processors.
    private static final int WARM_UP = 90;

    private static final int READERS = 8;
    private static final int WRITERS = 16;
    private static final int BATCH = 10_000;

    private final Settings settings;
    private final Database database;
    private final Report report;
    private final ServiceProcess service;
    private final HttpConnection connection;

    private HttpRows(
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

    static void measure(Settings settings, Database database, Report report, ServiceProcess service)
            throws IOException {
        try (var connection = new HttpConnection(service.port())) {
            var rows = new HttpRows(settings, database, report, service, connection);
            rows.reads();
            rows.writes();
            rows.batches();
            rows.mix();
        }
    }

    /// The median of the ratios of rounds in which both were measured one after the other.
    private static double median(double[] values) {
        Arrays.sort(values);
        return values[values.length / 2];
    }

    private interface Rate {
        double measure(Duration duration) throws IOException;
    }

    private double[] ratio(Rate one, Rate other, double seconds, double[] rates)
            throws IOException {
        one.measure(settings.seconds(seconds * 2)); // warms up
        other.measure(settings.seconds(seconds * 2));
        var ratios = new double[ROUNDS];
        for (int round = 0; round < ROUNDS; round++) {
            double first = one.measure(settings.seconds(seconds));
            double second = other.measure(settings.seconds(seconds));
            rates[0] += first / ROUNDS;
            rates[1] += second / ROUNDS;
            ratios[round] = first / second;
        }
        return ratios;
    }

    private void row(String what, String against, double bar, String unit, Rate one, Rate other)
            throws IOException {
        var rates = new double[2];
        double ratio = median(ratio(one, other, 3, rates));
        Row row =
                Row.atLeast(
                        bar,
                        "",
                        what,
                        against,
                        ratio,
                        Row.number(rates[0]) + " against " + Row.number(rates[1]) + unit);
        report.add(database.name(), row);
        if (!row.isMet()) {
            report.explain(
                    database.name(),
                    row,
                    service.profile(settings.directory(), () -> one.measure(settings.seconds(10))));
        }
    }

    private void reads() throws IOException {
        if (!settings.wants("reads")) {
            return;
        }
        Guest guest = Guest.open(connection);
        guest.attach(connection);
        for (byte[] request : List.of(guest.getObject(), guest.iovaRanges(), guest.explain())) {
            closed(request, settings.seconds(WARM_UP / 3.0));
        }
        byte[] constant = HttpConnection.get("/bench/constant");
        byte[] posted = HttpConnection.post("/bench/constant", "{\"access\":\"READ\"}");
        Rate yardstick = duration -> closed(constant, duration);
        String against = "GET of a constant";
        row("GET object", against, 0.8, " /s", d -> closed(guest.getObject(), d), yardstick);
        row("GET iova-ranges", against, 0.8, " /s", d -> closed(guest.iovaRanges(), d), yardstick);
        row("explain", against, 0.8, " /s", d -> closed(guest.explain(), d), yardstick);
        row(
                "explain",
                "POST of a constant",
                0.8,
                " /s",
                d -> closed(guest.explain(), d),
                d -> closed(posted, d));
    }

    private double closed(byte[] request, Duration duration) throws IOException {
        List<Load.Client> clients = new ArrayList<>();
        for (int i = 0; i < READERS; i++) {
            clients.add(_ -> request);
        }
        return Load.closed(service.port(), clients, duration).perSecond();
    }

    private void writes() throws IOException {
        if (!settings.wants("writes")) {
            return;
        }
        List<Load.Client> clients = new ArrayList<>();
        for (int i = 0; i < WRITERS; i++) {
            Guest guest = Guest.open(connection);
            var next = new long[1];
            clients.add(_ -> guest.map(next[0]++));
        }
        Rate one = d -> Load.closed(service.port(), clients.subList(0, 1), d).perSecond();
        Rate all = d -> Load.closed(service.port(), clients, d).perSecond();
        all.measure(settings.seconds(WARM_UP / 2.0));
        row("durable map, 1 client", "plain insert + flush", 0.8, " /s", one, d -> insert(d, 1));
        row("durable map, 16 clients on 16 contexts", "1 client", 6, " /s", all, one);
    }

    private double insert(Duration duration, int rows) throws IOException {
        return Double.parseDouble(
                connection.expectSuccess(
                        HttpConnection.request(
                                "POST",
                                "/bench/insert?millis=" + duration.toMillis() + "&rows=" + rows,
                                "")));
    }

    private void batches() throws IOException {
        if (!settings.wants("batches")) {
            return;
        }
        Guest guest = Guest.open(connection);
        Rate batches = duration -> batches(guest, duration);
        row(
                "mappings/batch of 10,000",
                "plain batch insert + flush",
                0.5,
                " rows/s",
                batches,
                d -> insert(d, BATCH));
    }

    /// Rows per second of the batches alone: what clears up between them is not counted.
    private double batches(Guest guest, Duration duration) throws IOException {
        long spent = 0;
        long rows = 0;
        while (spent < duration.toNanos()) {
            byte[] request = guest.batch(rows, BATCH);
            long begin = System.nanoTime();
            connection.expectSuccess(request);
            spent += System.nanoTime() - begin;
            rows += BATCH;
        }
        connection.expectSuccess(guest.unmapAll());
        return rows / (spent / 1e9);
    }

    private void mix() throws IOException {
        if (settings.wants("mix")) {
            new MixedLoad(settings, database, report, service, connection).measure();
        }
    }
}

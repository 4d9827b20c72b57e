package dev.directmsi.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;

/// Requests on several connections, each a client of its own.
final class Load {

    /// What a client asks next.
    interface Client {
        byte[] next(long number);
    }

    /// What came of it.
    record Result(Histogram micros, double perSecond) {}

    private Load() {}

    /// Every client asks again as soon as it has its answer.
    static Result closed(int port, List<Client> clients, Duration duration) throws IOException {
        long begin = System.nanoTime();
        long end = begin + duration.toNanos();
        return together(
                clients.size(),
                begin,
                (number, histogram) -> {
                    try (var connection = new HttpConnection(port)) {
                        long at = System.nanoTime();
                        for (long request = 0; at < end; request++) {
                            connection.expectSuccess(clients.get(number).next(request));
                            long now = System.nanoTime();
                            histogram.recordValue((now - at) / 1_000);
                            at = now;
                        }
                    }
                });
    }

    /// Requests arrive at a fixed rate, whatever became of those before. Latency counts from when a
    /// request was due, so that one slow answer is not hidden by the silence that it causes.
    static Result open(int port, List<Client> clients, double perSecond, Duration duration)
            throws IOException {
        long begin = System.nanoTime();
        double every = 1e9 / perSecond;
        long total = (long) (duration.toNanos() / every);
        var arrivals = new AtomicLong();
        return together(
                clients.size(),
                begin,
                (number, histogram) -> {
                    try (var connection = new HttpConnection(port)) {
                        long arrival = arrivals.getAndIncrement();
                        for (long request = 0; arrival < total; request++) {
                            long due = begin + (long) (arrival * every);
                            byte[] bytes = clients.get(number).next(request);
                            for (long wait = due - System.nanoTime(); wait > 0; ) {
                                LockSupport.parkNanos(wait);
                                wait = due - System.nanoTime();
                            }
                            connection.expectSuccess(bytes);
                            histogram.recordValue(Math.max(0, System.nanoTime() - due) / 1_000);
                            arrival = arrivals.getAndIncrement();
                        }
                    }
                });
    }

    private interface Work {
        void run(int number, Histogram histogram) throws IOException;
    }

    private static Result together(int clients, long begin, Work work) throws IOException {
        var histograms = new ArrayList<Histogram>();
        var running = new ArrayList<Future<?>>();
        try (var threads = Executors.newFixedThreadPool(clients)) {
            for (int i = 0; i < clients; i++) {
                int number = i;
                var histogram = new Histogram(3);
                histograms.add(histogram);
                running.add(
                        threads.submit(() -> {
                            work.run(number, histogram);
                            return null;
                        }));
            }
        }
        double seconds = (System.nanoTime() - begin) / 1e9;
        var all = new Histogram(3);
        for (int i = 0; i < clients; i++) {
            await(running.get(i));
            all.add(histograms.get(i));
        }
        return new Result(all, all.getTotalCount() / seconds);
    }

    private static void await(Future<?> client) throws IOException {
        try {
            client.get();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof IOException trouble ? trouble : new IOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UncheckedIOException(new IOException(e));
        }
    }
}

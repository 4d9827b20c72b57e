package dev.directmsi.store;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntConsumer;

/// Runs the same on several threads that start together.
final class Together {

    private Together() {}

    /// Runs `work` for each number below `threads` at once; fails with the first that fails.
    static void run(int threads, IntConsumer work) {
        try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
            try {
                start(executor, threads, work).forEach(Together::join);
            } catch (AssertionError e) {
                // The others may wait for the one that failed.
                executor.shutdownNow();
                throw e;
            }
        }
    }

    private static List<Future<?>> start(ExecutorService executor, int threads, IntConsumer work) {
        var start = new CyclicBarrier(threads);
        List<Future<?>> running = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
            int number = i;
            running.add(
                    executor.submit(() -> {
                        start.await();
                        work.accept(number);
                        return null;
                    }));
        }
        return running;
    }

    private static void join(Future<?> future) {
        try {
            future.get();
        } catch (ExecutionException e) {
            throw new AssertionError(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }
}

package dev.directmsi.walk;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Many short walks in memory, each with faults and restarts; and some on a database file that is
/// closed and opened again.
final class RandomWalkTest {

    private static final int COMMANDS = 100_000;

    /// `-Dwalks=` takes fewer, for a first look.
    private static final int WALKS = Integer.getInteger("walks", 225);

    private static final int STEPS = 400;
    private static final int H2_COMMANDS = 2_000;
    private static final int H2_STEPS = 200;

    /// Every kind of command that a walk draws and that changes something must have done so this
    /// often, or the walk proves nothing about it.
    private static final int LEAST_ACCEPTED = 20;

    private static final int KINDS = 67;

    private final Map<String, Integer> accepted = new ConcurrentSkipListMap<>();

    /// The same walks in every build, so that a build says something about the code and not about
    /// luck; `-Dseed=` takes others.
    private static final long DEFAULT_SEED = 20_261_123;

    private final long seed = Long.getLong("seed", DEFAULT_SEED);

    @Test
    void everyInvariantHoldsInMemory() {
        System.out.println("RandomWalkTest: -Dseed=" + seed);
        long start = System.nanoTime();
        int commands =
                walks(WALKS)
                        .parallel()
                        .map(walk -> walk(Ground.ofMemory(), walk, STEPS, walk % 3 == 0 ? 2 : 1))
                        .sum();
        System.out.printf(
                "%d commands in %d walks, %d ms%n",
                commands, WALKS, (System.nanoTime() - start) / 1_000_000);
        System.out.println(accepted);
        if (Integer.getInteger("walk") == null && Integer.getInteger("walks") == null) {
            assertThat(commands).isGreaterThanOrEqualTo(COMMANDS);
            assertThat(accepted).hasSize(KINDS);
            assertThat(accepted.values()).allMatch(count -> count >= LEAST_ACCEPTED);
        }
    }

    @Test
    void everyInvariantHoldsOnH2(@TempDir Path directory) {
        System.out.println("RandomWalkTest: -Dseed=" + seed);
        long start = System.nanoTime();
        int commands = 0;
        try (var ground = new H2Ground(directory)) {
            for (int walk = 0; walk < H2_COMMANDS / H2_STEPS; walk++) {
                commands += walk(ground, walk, H2_STEPS, 1);
            }
        }
        System.out.printf(
                "%d commands, %d ms%n", commands, (System.nanoTime() - start) / 1_000_000);
        assertThat(commands).isGreaterThanOrEqualTo(H2_COMMANDS);
    }

    private static IntStream walks(int count) {
        Integer one = Integer.getInteger("walk");
        return one == null ? IntStream.range(0, count) : IntStream.of(one);
    }

    private int walk(Ground ground, int number, int steps, int replicas) {
        try {
            var walk = new Walk(ground, seed + number, "walk-" + number, replicas);
            int commands = walk.run(steps);
            walk.accepted()
                    .forEach((command, count) -> accepted.merge(command, count, Integer::sum));
            return commands;
        } catch (RuntimeException | AssertionError e) {
            throw new AssertionError("-Dseed=%d -Dwalk=%d".formatted(seed, number), e);
        }
    }
}

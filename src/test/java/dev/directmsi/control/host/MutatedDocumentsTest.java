package dev.directmsi.control.host;

import static org.assertj.core.api.Assertions.assertThat;

import dev.directmsi.hardware.pci.Topology;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;

/// Whatever happens to a document, the answer is a topology that reads back, or an InvalidTopology.
class MutatedDocumentsTest {

    private static final int ROUNDS = 3_000;

    private static final List<String> PIECES =
            List.of(
                    "{",
                    "}",
                    "[",
                    "]",
                    ":",
                    ",",
                    "\"",
                    "'",
                    "\n",
                    "  ",
                    "- ",
                    "#",
                    "&a ",
                    "*a",
                    "!!int ",
                    "---",
                    "? ",
                    "|",
                    ">",
                    "%",
                    "0x",
                    "null",
                    "-1",
                    "1e9",
                    "99999999999999999999",
                    "true",
                    "\t",
                    "\u0000",
                    "\ud800",
                    "name",
                    "smmu0",
                    "devices: ");

    @Test
    void mutatedDocumentsAreReadOrRefused() {
        long seed = Long.getLong("seed", System.nanoTime());
        System.out.println("MutatedDocumentsTest: -Dseed=" + seed);
        var random = new Random(seed);
        Topology rk3588 = Presets.load().preset("rk3588").orElseThrow();
        String json = TopologyDocument.render(rk3588);
        String yaml =
                """
                name: rk3588
                smmus:
                  - {name: smmu0, base: 0xfc900000, granules: [4K, 64K]}
                itses:
                  - name: its0
                    frameBase: 0xfe640000
                devices:
                  - {name: "0002:20:00.0", smmu: smmu0, streamIds: [0x2000], its: its0, itsDeviceId: 0x2000, msix: 32}
                """;

        Assertions.assertTimeout(
                Duration.ofSeconds(60),
                () -> {
                    for (int round = 0; round < ROUNDS; round++) {
                        readOrRefuse(mutate(round % 2 == 0 ? json : yaml, random));
                    }
                });
    }

    private static void readOrRefuse(String text) {
        try {
            Topology topology = TopologyDocument.parse(text, "x");
            assertThat(TopologyDocument.restore(TopologyDocument.render(topology)))
                    .isEqualTo(topology);
        } catch (InvalidTopology problem) {
            assertThat(problem.problems()).isNotEmpty();
        }
    }

    private static String mutate(String text, Random random) {
        var mutated = new StringBuilder(text);
        for (int changes = random.nextInt(3); changes >= 0; changes--) {
            int at = random.nextInt(mutated.length());
            int end = Math.min(mutated.length(), at + random.nextInt(6));
            mutated.replace(at, end, PIECES.get(random.nextInt(PIECES.size())));
        }
        return mutated.toString();
    }
}

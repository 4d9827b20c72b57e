package dev.directmsi.hardware.acpi;

import static org.assertj.core.api.Assertions.assertThat;

import dev.directmsi.hardware.pci.TopologyRules;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;

/// Whatever happens to a table, the answer is a sound topology or an AcpiProblem, and soon.
class MutatedTablesTest {

    private static final int ROUNDS = 10_000;

    private static final DeviceList DEVICES =
            DeviceList.parse("00:00.0\n00:01.0\n01:1f.7\n02:00.0\n10:00.0\n11:00.0\n0001:00:00.0");

    @Test
    void mutatedTablesAreReadOrRefused() {
        long seed = Long.getLong("seed", System.nanoTime());
        System.out.println("MutatedTablesTest: -Dseed=" + seed);
        var random = new Random(seed);
        List<byte[]> iorts = Tables.allIorts();
        byte[] madt = Tables.real("gicv3-its.MADT");

        int read =
                Assertions.assertTimeout(Duration.ofSeconds(60), () -> mutate(random, iorts, madt));

        // Many single changes hit a field that nobody reads; all refused would mean a broken test.
        assertThat(read).isBetween(ROUNDS / 20, ROUNDS - ROUNDS / 20);
    }

    private static int mutate(Random random, List<byte[]> iorts, byte[] madt) {
        int read = 0;
        for (int round = 0; round < ROUNDS; round++) {
            byte[] iort = iorts.get(random.nextInt(iorts.size()));
            boolean ofMadt = random.nextInt(5) == 0;
            byte[] mutated = mutate(ofMadt ? madt : iort, random);
            try {
                AcpiTopology topology =
                        AcpiTopology.read(
                                "host", ofMadt ? iort : mutated, ofMadt ? mutated : madt, DEVICES);
                assertThat(TopologyRules.check(topology.topology())).isEmpty();
                assertThat(topology.chains()).hasSize(DEVICES.addresses().size());
                read++;
            } catch (AcpiProblem problem) {
                assertThat(problem.reason()).isNotBlank();
                assertThat(problem.offset()).isNotNegative();
            }
        }
        return read;
    }

    private static byte[] mutate(byte[] table, Random random) {
        byte[] mutated = table.clone();
        if (random.nextInt(10) == 0) {
            mutated = Arrays.copyOf(mutated, random.nextInt(mutated.length + 20));
        }
        for (int changes = random.nextInt(4); changes >= 0 && mutated.length > 0; changes--) {
            int at = random.nextInt(mutated.length);
            mutated[at] =
                    switch (random.nextInt(4)) {
                        case 0 -> (byte) (mutated[at] ^ 1 << random.nextInt(8));
                        case 1 -> (byte) 0xff;
                        case 2 -> 0;
                        default -> (byte) random.nextInt();
                    };
        }
        return random.nextInt(20) == 0 ? mutated : Tables.sealed(mutated);
    }
}

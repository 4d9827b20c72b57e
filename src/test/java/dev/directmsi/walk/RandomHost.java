package dev.directmsi.walk;

import dev.directmsi.address.AddressRange;
import dev.directmsi.address.PageSize;
import dev.directmsi.address.PhysAddr;
import dev.directmsi.hardware.its.Its;
import dev.directmsi.hardware.mock.MockIommu;
import dev.directmsi.hardware.pci.PciFunction;
import dev.directmsi.hardware.pci.PciFunction.MsiCapability;
import dev.directmsi.hardware.pci.ReservedRegion;
import dev.directmsi.hardware.pci.Topology;
import dev.directmsi.hardware.pci.TopologyRules;
import dev.directmsi.hardware.smmu.Smmu;
import dev.directmsi.hardware.smmu.StreamId;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// A small host at random: few of everything, so that everything meets everything and pools run
/// dry.
final class RandomHost {

    private static final List<List<PageSize>> GRANULES =
            List.of(
                    List.of(PageSize.SIZE_4K),
                    List.of(PageSize.SIZE_4K, PageSize.SIZE_64K),
                    List.of(PageSize.SIZE_4K, PageSize.SIZE_16K, PageSize.SIZE_64K),
                    List.of(PageSize.SIZE_64K));

    private final RandomGenerator random;
    private final List<Smmu> smmus = new ArrayList<>();
    private final List<Its> itses = new ArrayList<>();
    private final List<PciFunction> devices = new ArrayList<>();

    private RandomHost(RandomGenerator random) {
        this.random = random;
    }

    static Topology of(RandomGenerator random) {
        var host = new RandomHost(random);
        return checked(host.often(80) ? host.topology() : host.testMachine());
    }

    private static Topology checked(Topology topology) {
        if (!TopologyRules.check(topology).isEmpty()) {
            throw new AssertionError(TopologyRules.check(topology));
        }
        return topology;
    }

    /// The kernel's own test machine: some devices of each kind that its driver knows, in any
    /// order.
    private Topology testMachine() {
        int count = random.nextInt(6, 14);
        for (int number = 0; number < count; number++) {
            devices.add(mockDevice(number, often(70), often(60)));
        }
        return new Topology(
                "walk",
                PageSize.SIZE_4K,
                new PhysAddr(0x8000_0000L),
                true,
                List.of(),
                List.of(new MockIommu("mock")),
                List.of(),
                devices);
    }

    private static PciFunction mockDevice(int number, boolean dirtyTracking, boolean pasids) {
        return new PciFunction(
                "mock-%d".formatted(number),
                "mock",
                List.of(),
                null,
                0,
                number,
                null,
                0,
                pasids ? MockIommu.PASID_BITS : 0,
                false,
                false,
                false,
                false,
                false,
                dirtyTracking,
                List.of());
    }

    private Topology topology() {
        int smmuCount = random.nextInt(1, 5);
        for (int i = 0; i < smmuCount; i++) {
            smmus.add(smmu(i));
        }
        int itsCount = random.nextInt(1, 5);
        for (int i = 0; i < itsCount; i++) {
            var base = new PhysAddr(0x2200_0000L + i * 0x4_0000L + random.nextInt(2) * 0x1_0000L);
            itses.add(new Its("its" + i, base, 16, 16, often(97)));
        }
        int groups = random.nextInt(2, 5);
        for (int group = 0; group < groups; group++) {
            group(group);
        }
        return new Topology(
                "walk",
                often(85)
                        ? PageSize.SIZE_4K
                        : random.nextBoolean() ? PageSize.SIZE_16K : PageSize.SIZE_64K,
                new PhysAddr(0x8000_0000L),
                often(90),
                smmus,
                itses,
                devices);
    }

    private Smmu smmu(int index) {
        List<PageSize> granules = GRANULES.get(often(50) ? 0 : random.nextInt(GRANULES.size()));
        return new Smmu(
                "smmu" + index,
                new PhysAddr(0x2000_0000L + index * 0x20_0000L),
                List.of(40, 44, 48, 52).get(random.nextInt(4)),
                granules,
                random.nextInt(2, 4),
                16,
                random.nextInt(0, 6),
                often(95),
                often(70),
                random.nextInt(0, 3),
                often(50),
                often(50),
                often(98),
                often(20) ? 2 : 0);
    }

    /// Its members are behind one SMMU, and each at any ITS or none.
    private void group(int group) {
        Smmu smmu = smmus.get(random.nextInt(smmus.size()));
        int members = random.nextInt(1, 4);
        for (int member = 0; member < members; member++) {
            @Nullable Its its = often(93) ? itses.get(random.nextInt(itses.size())) : null;
            boolean msix = often(60);
            boolean msi = often(msix ? 30 : 90);
            devices.add(
                    new PciFunction(
                            "0000:0%d:00.%d".formatted(group + 1, member),
                            smmu.name(),
                            streamIds(),
                            its == null ? null : its.name(),
                            its == null ? 0 : deviceId(its),
                            group,
                            msi ? new MsiCapability(1 << random.nextInt(0, 3), often(60)) : null,
                            msix ? random.nextInt(1, 5) : 0,
                            often(40) ? 0 : random.nextInt(1, 12),
                            often(60),
                            often(40),
                            its != null && often(4),
                            often(20),
                            often(20),
                            reserved()));
        }
    }

    private List<StreamId> streamIds() {
        int first = devices.size() * 2;
        return often(92)
                ? List.of(new StreamId(first))
                : List.of(new StreamId(first), new StreamId(first + 1));
    }

    /// Counted per ITS from 0, so that they collide across ITSes.
    private int deviceId(Its its) {
        return (int) devices.stream().filter(device -> its.name().equals(device.its())).count();
    }

    private List<ReservedRegion> reserved() {
        return switch (random.nextInt(20)) {
            case 0 -> List.of(region(0x4001_0000L, ReservedRegion.Type.RESERVED));
            case 1 -> List.of(region(0x0809_0000L, ReservedRegion.Type.RESERVED));
            case 2 -> List.of(region(0x0c00_0000L, ReservedRegion.Type.MSI));
            case 3 -> List.of(region(0x0d00_0000L, ReservedRegion.Type.DIRECT_RELAXABLE));
            default -> List.of();
        };
    }

    private static ReservedRegion region(long first, ReservedRegion.Type type) {
        return new ReservedRegion(AddressRange.of(first, 0x1_0000), type);
    }

    private boolean often(int percent) {
        return random.nextInt(100) < percent;
    }
}

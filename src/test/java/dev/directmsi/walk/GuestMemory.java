package dev.directmsi.walk;

import dev.directmsi.address.Access;
import dev.directmsi.address.Iova;
import dev.directmsi.address.Ipa;
import dev.directmsi.address.PageSize;
import dev.directmsi.address.UserVa;
import dev.directmsi.hardware.smmu.DefaultSubstream;
import dev.directmsi.hardware.smmu.GuestStage1;
import dev.directmsi.iommufd.Command;
import dev.directmsi.iommufd.command.BuildStage1;
import dev.directmsi.iommufd.command.WriteMemory;
import dev.directmsi.iommufd.object.Ioas;
import dev.directmsi.iommufd.object.Mapping;
import dev.directmsi.iommufd.object.MemoryRegion;
import dev.directmsi.iommufd.object.ObjectId;
import java.util.ArrayList;
import java.util.List;

/// What the guests of one context have written: the stream table entries that their kernels would
/// hand over.
final class GuestMemory {

    private static final long VALID = 1;
    private static final long ABORT = VALID;
    private static final long BYPASS = VALID | 4 << 1;

    private final List<long[]> built = new ArrayList<>();

    /// A built one comes back as a reply.
    void note(BuildStage1.Built reply) {
        built.add(new long[] {reply.ste0(), reply.ste1()});
        if (built.size() > 4) {
            built.removeFirst();
        }
    }

    long[] streamTableEntry(Choice choice) {
        if (!built.isEmpty() && choice.often(70)) {
            return choice.of(built);
        }
        return new long[] {choice.of(BYPASS, BYPASS, ABORT, 0, VALID | 5 << 1, VALID | 6 << 1), 0};
    }

    /// Maps some addresses to the doorbells, from tables in the first RAM that is large enough.
    Command<?> build(Choice choice) {
        ObjectId ioas = choice.id(Ioas.class);
        long base =
                choice.areas(ioas).stream()
                        .filter(area -> area.length() >= 0x8000 && area.first() >>> 48 == 0)
                        .map(Mapping::first)
                        .findFirst()
                        .orElse(0x4000_0000L);
        var mappings = new ArrayList<GuestStage1.Mapping>();
        mappings.add(map(0xffff_f000L, choice.of(0x0809_0000L, 0x0819_0000L, 0x4001_0000L)));
        if (choice.often(40)) {
            mappings.add(map(0x0800_0000L, 0x0809_0000L));
        }
        return new BuildStage1(
                ioas,
                new Ipa(base),
                new Ipa(base + 0x1000),
                PageSize.SIZE_4K,
                DefaultSubstream.SUBSTREAM_0,
                List.of(new GuestStage1.Context(0, 1, mappings)));
    }

    private static GuestStage1.Mapping map(long va, long ipa) {
        return new GuestStage1.Mapping(new Iova(va), new Ipa(ipa), 0x1000, Access.READ_WRITE);
    }

    Command<?> write(Choice choice) {
        List<MemoryRegion> regions = List.copyOf(choice.context().regions().values());
        long first = choice.of(regions).range().first();
        var data = new byte[16];
        choice.random().nextBytes(data);
        return new WriteMemory(new UserVa(first + choice.below(16) * 0xff8L), data);
    }
}

package dev.directmsi.walk;

import dev.directmsi.address.Access;
import dev.directmsi.address.Iova;
import dev.directmsi.address.UserVa;
import dev.directmsi.iommufd.Command;
import dev.directmsi.iommufd.command.AllowIovas;
import dev.directmsi.iommufd.command.CopyPages;
import dev.directmsi.iommufd.command.CreateRegion;
import dev.directmsi.iommufd.command.MapBatch;
import dev.directmsi.iommufd.command.MapPages;
import dev.directmsi.iommufd.command.PutFile;
import dev.directmsi.iommufd.command.RemoveFile;
import dev.directmsi.iommufd.command.RemoveRegion;
import dev.directmsi.iommufd.command.SetHugePages;
import dev.directmsi.iommufd.command.SetVfioIoas;
import dev.directmsi.iommufd.command.UnmapPages;
import dev.directmsi.iommufd.object.Backing;
import dev.directmsi.iommufd.object.Ioas;
import dev.directmsi.iommufd.object.Mapping;
import dev.directmsi.iommufd.object.MemoryRegion;
import dev.directmsi.iommufd.object.ObjectId;
import java.util.ArrayList;
import java.util.List;

/// Commands about memory and address spaces.
record SpaceCommands(Choice choice) {

    /// Where mappings go: RAM of a guest, around the window, around the targets, and the ends.
    private static final long[] IOVAS = {
        0,
        0x4000_0000L,
        0x4000_0000L,
        0x4001_0000L,
        0x0800_0000L,
        0x0808_0000L,
        0x0809_0000L,
        0x0819_0000L,
        0x0c00_0000L,
        0xffff_0000L,
        1L << 40,
        1L << 47,
        -0x1_0000L
    };

    /// What the mock IOMMU can translate, and its ends.
    private static final long[] MOCK_IOVAS = {
        0x4000_0000L, 0x4000_0000L, 0x4001_0000L, 0x100_0000L, 0x5000_0000L, 0x7fff_0000L, 0
    };

    private static final long REGIONS = 0x7f00_0000_0000L;

    private long iova() {
        return choice.of(choice.onMockHost() ? MOCK_IOVAS : IOVAS);
    }

    Command<?> region() {
        long first = REGIONS + choice.below(4) * 0x100_0000L;
        long length = choice.often(95) ? choice.page() * (16 << choice.below(3)) : 0x800;
        return new CreateRegion(
                new UserVa(first),
                length,
                choice.often(90) ? Access.READ_WRITE : Access.READ,
                choice.often(90) ? null : "file" + choice.below(2));
    }

    Command<?> removeRegion() {
        var regions = List.copyOf(choice.context().regions().values());
        return new RemoveRegion(
                new UserVa(
                        regions.isEmpty() || choice.often(5)
                                ? REGIONS + 0x123000
                                : choice.of(regions).range().first()));
    }

    Command<?> file() {
        return new PutFile(
                "file" + choice.below(2),
                choice.of(0x1_0000, 0x1_0000, 0x8_0000, 0x1_1800),
                choice.often(20));
    }

    Command<?> removeFile() {
        return new RemoveFile((choice.often(80) ? "file" : "buf") + choice.below(3));
    }

    Command<?> map() {
        return map(choice.id(Ioas.class));
    }

    private MapPages map(ObjectId ioas) {
        long unit = choice.often(96) ? choice.page() : PageModel.PAGE;
        long length = unit * choice.of(1, 1, 2, 3, 4, 16);
        long iova = iova() + choice.below(4) * unit;
        return new MapPages(
                ioas,
                backing(unit),
                length,
                choice.often(80) ? new Iova(iova) : null,
                choice.often(85)
                        ? Access.READ_WRITE
                        : choice.of(List.of(Access.READ, Access.WRITE, Access.NONE)));
    }

    private Backing backing(long unit) {
        long offset = unit * choice.below(16);
        if (choice.onMockHost() && choice.often(8)) {
            return new Backing.FileMemory("buf" + choice.below(2), offset);
        }
        if (choice.often(8)) {
            return new Backing.FileMemory("file" + choice.below(2), offset);
        }
        List<MemoryRegion> regions = List.copyOf(choice.context().regions().values());
        long first = regions.isEmpty() ? REGIONS : choice.of(regions).range().first();
        return new Backing.UserMemory(new UserVa(first + offset));
    }

    Command<?> batch() {
        var maps = new ArrayList<MapPages>();
        ObjectId ioas = choice.id(Ioas.class);
        for (int i = choice.below(3); i >= 0; i--) {
            maps.add(map(ioas));
        }
        return new MapBatch(maps);
    }

    Command<?> copy() {
        ObjectId source = choice.id(Ioas.class);
        List<Mapping> areas = choice.areas(source);
        long first = areas.isEmpty() ? iova() : choice.of(areas).first();
        long unit = choice.often(90) ? choice.page() : PageModel.PAGE;
        return new CopyPages(
                choice.id(Ioas.class),
                choice.often(60) ? new Iova(iova() + choice.below(8) * unit) : null,
                source,
                first + unit * choice.of(0, 0, 0, 1),
                unit * choice.of(1, 1, 2, 3),
                choice.often(60)
                        ? Access.READ_WRITE
                        : choice.of(List.of(Access.READ, Access.WRITE, Access.NONE)));
    }

    Command<?> hugePages() {
        return new SetHugePages(choice.id(Ioas.class), choice.often(95) ? choice.below(2) : 2);
    }

    Command<?> vfioIoas() {
        return new SetVfioIoas(choice.often(20) ? null : choice.id(Ioas.class));
    }

    Command<?> unmap() {
        ObjectId ioas = choice.id(Ioas.class);
        if (choice.often(5)) {
            return new UnmapPages(ioas, 0, -1);
        }
        List<Mapping> areas = choice.areas(ioas);
        if (areas.isEmpty() || choice.often(10)) {
            return new UnmapPages(ioas, iova(), choice.page() * (1 + choice.below(64)));
        }
        Mapping one = choice.of(areas);
        Mapping other = choice.often(60) ? one : choice.of(areas);
        boolean ordered = Long.compareUnsigned(one.first(), other.first()) <= 0;
        long first = ordered ? one.first() : other.first();
        long last = ordered ? other.last() : one.last();
        if (choice.often(12)) {
            first += PageModel.PAGE;
        }
        if (choice.often(12) && last - first >= PageModel.PAGE) {
            last -= PageModel.PAGE;
        }
        return new UnmapPages(ioas, first, last - first + 1);
    }

    Command<?> allow() {
        var ranges = new ArrayList<AllowIovas.Bounds>();
        for (int i = choice.below(3); i > 0; i--) {
            long first = iova();
            ranges.add(new AllowIovas.Bounds(first, first + choice.of(0, 0xffff, 0xf_ffff)));
        }
        return new AllowIovas(choice.id(Ioas.class), ranges);
    }
}

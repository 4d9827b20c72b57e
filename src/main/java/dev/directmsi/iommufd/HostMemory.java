package dev.directmsi.iommufd;

import dev.directmsi.address.Access;
import dev.directmsi.address.AddressRange;
import dev.directmsi.address.PhysAddr;
import dev.directmsi.hardware.smmu.PhysicalMemory;
import dev.directmsi.iommufd.object.Backing;
import dev.directmsi.iommufd.object.KeptPages;
import dev.directmsi.iommufd.object.Mapping;
import dev.directmsi.iommufd.object.MemoryFile;
import dev.directmsi.iommufd.object.MemoryPage;
import dev.directmsi.iommufd.object.MemoryRegion;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The host's RAM as far as one context has some of it: where a backing lies, and what stands there.
 * Sparse: a page that was never written reads as zeros.
 */
public final class HostMemory implements PhysicalMemory {

    private static final VarHandle WORDS =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private final ContextView context;

    public HostMemory(ContextView context) {
        this.context = context;
    }

    /**
     * A stretch of a backing that is physically contiguous.
     *
     * @param first physical address of the first byte
     * @param length bytes from there on
     * @param access what the memory permits when it is pinned
     */
    public record Extent(PhysAddr first, long length, Access access) {

        /** No longer than that. */
        Extent before(long limit) {
            return Long.compareUnsigned(length, limit) <= 0
                    ? this
                    : new Extent(first, limit, access);
        }
    }

    /**
     * The extent that begins at {@code offset} bytes into a mapping: what is pinned there, or would
     * be if it were pinned now; empty where there is no memory.
     */
    public Optional<Extent> extent(Mapping area, long offset) {
        if (!context.keptPages().isEmpty() && area.backing() instanceof Backing.UserMemory memory) {
            return keptOrUserExtent(area.pages().id(), memory.userVa().value() + offset);
        }
        if (area.backing() instanceof Backing.FileMemory memory) {
            MemoryFile file = context.files().get(memory.file());
            if (file != null && file.isRevokedFor(area.pages())) {
                return Optional.empty();
            }
        }
        return extent(area.backing(), offset);
    }

    private Optional<Extent> keptOrUserExtent(long pages, long userVa) {
        var place = new KeptPages.Place(pages, userVa);
        var kept = context.keptPages().floorEntry(place);
        if (kept != null
                && kept.getKey().pages() == pages
                && kept.getValue().userVa().contains(userVa)) {
            return Optional.of(
                    new Extent(
                            kept.getValue().toPhysical(userVa),
                            kept.getValue().userVa().last() - userVa + 1,
                            Access.READ_WRITE));
        }
        var next = context.keptPages().higherKey(place);
        return next == null || next.pages() != pages
                ? userExtent(userVa)
                : userExtent(userVa).map(extent -> extent.before(next.userVa() - userVa));
    }

    /**
     * The extent that begins at {@code offset} bytes into a backing, as the process sees it now;
     * empty where there is no memory.
     */
    public Optional<Extent> extent(Backing backing, long offset) {
        return switch (backing) {
            case Backing.UserMemory memory -> userExtent(memory.userVa().value() + offset);
            case Backing.FileMemory file -> fileExtent(file, offset);
        };
    }

    private Optional<Extent> userExtent(long userVa) {
        MemoryRegion region = context.memory().regionAt(userVa);
        return region == null
                ? Optional.empty()
                : Optional.of(
                        new Extent(
                                region.toPhysical(userVa),
                                region.range().last() - userVa + 1,
                                region.access()));
    }

    private Optional<Extent> fileExtent(Backing.FileMemory memory, long offset) {
        MemoryFile file = context.files().get(memory.file());
        long start = memory.start() + offset;
        return file == null || Long.compareUnsigned(start, file.size()) >= 0
                ? Optional.empty()
                : Optional.of(
                        new Extent(
                                file.physical().plus(start),
                                file.size() - start,
                                Access.READ_WRITE));
    }

    /**
     * The first byte under a mapping that cannot be pinned, as an address or file offset; empty
     * when all of it can.
     */
    public OptionalLong firstUnpinnable(Mapping area) {
        boolean writable = area.pages().writable();
        for (long done = 0; Long.compareUnsigned(done, area.length()) < 0; ) {
            Optional<Extent> extent = extent(area, done);
            if (extent.isEmpty()
                    || extent.get().access() == Access.NONE
                    || (writable && !extent.get().access().writes())) {
                return OptionalLong.of(area.backing().start() + done);
            }
            done += extent.get().length();
        }
        return OptionalLong.empty();
    }

    @Override
    public boolean isRam(PhysAddr address) {
        return context.memory().ramAt(address.value()) != null;
    }

    @Override
    public OptionalLong read64(PhysAddr address) {
        if (!isRam(address)) {
            return OptionalLong.empty();
        }
        MemoryPage page = context.pages().get(address.value() & -MemoryPage.SIZE);
        return OptionalLong.of(
                page == null
                        ? 0
                        : (long)
                                WORDS.get(
                                        page.content(),
                                        (int) address.value() & MemoryPage.SIZE - 1));
    }

    @Override
    public boolean read(PhysAddr address, long[] words) {
        long last = address.value() + (long) (words.length - 1) * Long.BYTES;
        AddressRange ram = context.memory().ramAt(address.value());
        boolean inside = ram != null && ram.contains(last);
        if (!inside || ((address.value() ^ last) & -MemoryPage.SIZE) != 0) {
            return PhysicalMemory.super.read(address, words);
        }
        MemoryPage page = context.pages().get(address.value() & -MemoryPage.SIZE);
        int offset = (int) address.value() & MemoryPage.SIZE - 1;
        for (int i = 0; i < words.length; i++) {
            words[i] = page == null ? 0 : (long) WORDS.get(page.content(), offset + i * Long.BYTES);
        }
        return true;
    }

    /** Copies {@code into.length} bytes at {@code address} into {@code into} from {@code at} on. */
    public void read(PhysAddr address, byte[] into, int at, int length) {
        for (int done = 0; done < length; ) {
            long here = address.value() + done;
            int offset = (int) here & MemoryPage.SIZE - 1;
            int part = Math.min(length - done, MemoryPage.SIZE - offset);
            MemoryPage page = context.pages().get(here - offset);
            if (page != null) {
                System.arraycopy(page.content(), offset, into, at + done, part);
            }
            done += part;
        }
    }
}

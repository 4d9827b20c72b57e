package dev.directmsi.iommufd;

import dev.directmsi.address.Access;
import dev.directmsi.address.PhysAddr;
import dev.directmsi.hardware.smmu.PhysicalMemory;
import dev.directmsi.iommufd.object.Backing;
import dev.directmsi.iommufd.object.MemoryFile;
import dev.directmsi.iommufd.object.MemoryPage;
import dev.directmsi.iommufd.object.MemoryRegion;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Map;
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
    public record Extent(PhysAddr first, long length, Access access) {}

    /**
     * The extent that begins at {@code offset} bytes into a backing; empty where there is no
     * memory.
     */
    public Optional<Extent> extent(Backing backing, long offset) {
        return switch (backing) {
            case Backing.UserMemory memory -> userExtent(memory.userVa().value() + offset);
            case Backing.FileMemory file -> fileExtent(file, offset);
        };
    }

    private Optional<Extent> userExtent(long userVa) {
        Map.Entry<Long, MemoryRegion> entry = context.regions().floorEntry(userVa);
        if (entry == null || !entry.getValue().range().contains(userVa)) {
            return Optional.empty();
        }
        MemoryRegion region = entry.getValue();
        return Optional.of(
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
     * The first byte of a backing that cannot be pinned, as an address or file offset; empty when
     * all of it can.
     *
     * @param writable whether it is pinned for writing
     */
    public OptionalLong firstUnpinnable(Backing backing, long length, boolean writable) {
        for (long done = 0; Long.compareUnsigned(done, length) < 0; ) {
            Optional<Extent> extent = extent(backing, done);
            if (extent.isEmpty()
                    || extent.get().access() == Access.NONE
                    || (writable && !extent.get().access().writes())) {
                return OptionalLong.of(backing.start() + done);
            }
            done += extent.get().length();
        }
        return OptionalLong.empty();
    }

    @Override
    public boolean isRam(PhysAddr address) {
        var entry = context.relations().ram().floorEntry(address.value());
        return entry != null && entry.getValue().contains(address.value());
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
        var ram = context.relations().ram().floorEntry(address.value());
        boolean inside =
                ram != null
                        && ram.getValue().contains(address.value())
                        && ram.getValue().contains(last);
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

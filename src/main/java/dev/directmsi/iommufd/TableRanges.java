package dev.directmsi.iommufd;

import dev.directmsi.address.Access;
import dev.directmsi.address.AddressRange;
import dev.directmsi.address.PhysAddr;
import dev.directmsi.iommufd.HostMemory.Extent;
import dev.directmsi.iommufd.object.HwptPaging;
import dev.directmsi.iommufd.object.Mapping;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A table as a list: what each stretch of its input addresses leads to, ascending. Made while it is
 * read, so that a page of a million entries costs a page.
 */
public final class TableRanges implements Iterator<TableRanges.TableRange> {

    /**
     * A stretch that leads to one physical stretch.
     *
     * @param range input addresses
     * @param output where the first one leads
     * @param its the ITS of an MSI page, null for memory
     */
    public record TableRange(
            AddressRange range, PhysAddr output, Access access, @Nullable String its) {}

    private final AddressRange window;
    private final HostMemory memory;
    private final Iterator<Mapping> mappings;
    private final Iterator<MsiPage> pages;
    private @Nullable MsiPage nextPage;
    private final Deque<TableRange> ready = new ArrayDeque<>();

    /**
     * Lists what touches {@code window}; the first and the last entry may reach beyond it.
     *
     * @param msiPages those of the table, ascending; none of them lies in a mapping
     */
    public TableRanges(
            ContextView context,
            HwptPaging hwpt,
            Collection<MsiPage> msiPages,
            AddressRange window) {
        this.window = window;
        this.memory = new HostMemory(context);
        this.mappings = context.mappings(hwpt.ioas()).in(window).iterator();
        this.pages = msiPages.stream().filter(page -> page.ipa().overlaps(window)).iterator();
        this.nextPage = pages.hasNext() ? pages.next() : null;
    }

    @Override
    public boolean hasNext() {
        if (ready.isEmpty()) {
            fill();
        }
        return !ready.isEmpty();
    }

    @Override
    public TableRange next() {
        if (!hasNext()) {
            throw new NoSuchElementException();
        }
        return ready.remove();
    }

    /** Takes the next mapping, and the MSI pages below it: they never overlap one. */
    private void fill() {
        if (mappings.hasNext()) {
            Mapping mapping = mappings.next();
            pagesBelow(mapping);
            extentsOf(mapping);
        } else {
            pagesBelow(null);
        }
    }

    private void extentsOf(Mapping mapping) {
        long offset = 0;
        while (offset != mapping.length()) {
            Optional<Extent> extent = memory.extent(mapping, offset);
            if (extent.isEmpty()) {
                return; // a dma-buf that was revoked
            }
            long left = mapping.length() - offset;
            long here =
                    Long.compareUnsigned(extent.get().length(), left) < 0
                            ? extent.get().length()
                            : left;
            AddressRange range = AddressRange.of(mapping.first() + offset, here);
            if (range.overlaps(window)) {
                ready.add(new TableRange(range, extent.get().first(), mapping.access(), null));
            }
            offset += here;
        }
    }

    private void pagesBelow(@Nullable Mapping mapping) {
        while (nextPage != null
                && (mapping == null
                        || Long.compareUnsigned(nextPage.ipa().first(), mapping.first()) < 0)) {
            ready.add(
                    new TableRange(
                            nextPage.ipa(), nextPage.page(), Access.WRITE, nextPage.its().name()));
            nextPage = pages.hasNext() ? pages.next() : null;
        }
    }
}

package dev.directmsi.iommufd;

import dev.directmsi.address.PhysAddr;
import dev.directmsi.iommufd.object.MemoryPage;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/** Collects what one operation writes to the host's RAM, page by page, and says it as changes. */
public final class MemoryWrites {

    private final ContextView context;
    private final TreeMap<Long, byte[]> pages = new TreeMap<>(Long::compareUnsigned);

    public MemoryWrites(ContextView context) {
        this.context = context;
    }

    /** Writes {@code length} bytes of {@code data} from {@code at} on to {@code address}. */
    public void write(PhysAddr address, byte[] data, int at, int length) {
        for (int done = 0; done < length; ) {
            long here = address.value() + done;
            int offset = (int) here & MemoryPage.SIZE - 1;
            int part = Math.min(length - done, MemoryPage.SIZE - offset);
            System.arraycopy(data, at + done, page(here - offset), offset, part);
            done += part;
        }
    }

    private byte[] page(long start) {
        return pages.computeIfAbsent(
                start,
                _ -> {
                    MemoryPage known = context.pages().get(start);
                    return known == null ? new byte[MemoryPage.SIZE] : known.content().clone();
                });
    }

    public boolean isEmpty() {
        return pages.isEmpty();
    }

    /** The changes; pages that end as they were are none. */
    public List<Change> changes() {
        var changes = new ArrayList<Change>();
        int added = 0;
        for (var entry : pages.entrySet()) {
            MemoryPage before = context.pages().get(entry.getKey());
            var after = new MemoryPage(entry.getKey(), entry.getValue());
            if (before == null) {
                changes.add(new Change.PageAdded(after));
                added++;
            } else if (!before.equals(after)) {
                changes.add(new Change.PageReplaced(before, after));
            }
        }
        if (context.pages().size() + added > Limits.PAGES) {
            throw Reason.TOO_MANY.refusal(
                    "value",
                    context.pages().size() + added,
                    "what",
                    "written memory pages",
                    "limit",
                    Limits.PAGES);
        }
        return changes;
    }
}

package dev.directmsi.iommufd.driver;

import static dev.directmsi.iommufd.Reason.*;

import dev.directmsi.iommufd.Change;
import dev.directmsi.iommufd.ContextView;
import dev.directmsi.iommufd.Rejection;
import dev.directmsi.iommufd.object.HwptNested;
import dev.directmsi.iommufd.object.MockDevice;
import dev.directmsi.iommufd.object.ObjectId;
import dev.directmsi.iommufd.object.Vdevice;
import dev.directmsi.iommufd.object.Viommu;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The software caches of the mock driver: four words of a nested HWPT ("iotlb") and four of a
 * device. Invalidating a word makes it 0.
 */
record MockCaches(ContextView context) {

    /** IOMMU_TEST_INVALIDATE_FLAG_ALL: every word, whatever the entry's id. */
    private static final int ALL = 1;

    /** {@code {u32 flags; u32 iotlb_id}}. */
    private static final int HWPT_ENTRY = 8;

    /** {@code {u32 flags; u32 vdev_id; u32 cache_id}}. */
    private static final int DEVICE_ENTRY = 12;

    /**
     * Of a nested HWPT: neither shorter nor longer entries, and an empty list asks for the type.
     */
    Invalidation invalidate(HwptNested hwpt, UserArray entries) {
        if (entries.type() != UserArray.SELFTEST) {
            throw INVALIDATE_TYPE_INVALID.refusal("dataType", entries.type());
        }
        if (entries.count() > 0 && entries.entryLength() != HWPT_ENTRY) {
            throw INVALIDATE_ENTRY_LENGTH.refusal(
                    "entryLength", (int) entries.entryLength(), "needed", HWPT_ENTRY);
        }
        HwptNested after = hwpt;
        int handled = 0;
        Rejection stopped = null;
        while (stopped == null && handled < entries.count()) {
            ByteBuffer entry = entries.entry(handled, HWPT_ENTRY);
            try {
                after = invalidate(after, entry.getInt(0), entry.getInt(Integer.BYTES), handled);
                handled++;
            } catch (Rejection rejection) {
                stopped = rejection;
            }
        }
        List<Change> changes =
                after.equals(hwpt) ? List.of() : List.of(new Change.ObjectReplaced(hwpt, after));
        return new Invalidation(handled, List.of(), changes, stopped);
    }

    private static HwptNested invalidate(HwptNested hwpt, int flags, int id, int index) {
        check(flags, id, index);
        if ((flags & ALL) != 0) {
            return hwpt.withWords(0, 0);
        }
        long cleared = ~(0xffff_ffffL << ((id % 2) * Integer.SIZE));
        return id < 2
                ? hwpt.withWords(hwpt.word0() & cleared, hwpt.word1())
                : hwpt.withWords(hwpt.word0(), hwpt.word1() & cleared);
    }

    /** Of a vIOMMU's devices: entries may be shorter, and longer if the rest is zero. */
    Invalidation invalidate(Viommu viommu, UserArray entries) {
        if (entries.type() != UserArray.SELFTEST) {
            throw INVALIDATE_TYPE_INVALID.refusal("dataType", entries.type());
        }
        if (entries.hasMoreThan(DEVICE_ENTRY)) {
            throw INVALIDATE_ENTRY_TOO_LONG.refusal(
                    "entryLength", (int) entries.entryLength(), "known", DEVICE_ENTRY);
        }
        Map<ObjectId, MockDevice> after = new TreeMap<>();
        int handled = 0;
        Rejection stopped = null;
        while (stopped == null && handled < entries.count()) {
            try {
                invalidate(viommu, entries.entry(handled, DEVICE_ENTRY), handled, after);
                handled++;
            } catch (Rejection rejection) {
                stopped = rejection;
            }
        }
        List<Change> changes = new ArrayList<>();
        after.forEach((id, mock) -> {
            MockDevice before = context.find(id, MockDevice.class).orElseThrow();
            if (!before.equals(mock)) {
                changes.add(new Change.ObjectReplaced(before, mock));
            }
        });
        return new Invalidation(handled, List.of(), changes, stopped);
    }

    private void invalidate(
            Viommu viommu, ByteBuffer entry, int index, Map<ObjectId, MockDevice> after) {
        int flags = entry.getInt(0);
        int id = entry.getInt(2 * Integer.BYTES);
        check(flags, id, index);
        long virtId = Integer.toUnsignedLong(entry.getInt(Integer.BYTES));
        Vdevice vdevice =
                context.all(Vdevice.class).stream()
                        .filter(candidate ->
                                candidate.viommu().equals(viommu.id())
                                        && candidate.virtId() == virtId)
                        .findFirst()
                        .orElseThrow(() ->
                                INVALIDATE_DEVICE_UNKNOWN.refusal(
                                        "index", index, "virtId", virtId, "viommuId", viommu.id()));
        MockDevice before = context.relations().mockOf(vdevice.device()).orElseThrow();
        MockDevice mock = after.getOrDefault(before.id(), before);
        var words = new ArrayList<>(mock.cache());
        if ((flags & ALL) == 0) {
            words.set(id, 0);
        } else {
            Collections.fill(words, 0);
        }
        after.put(mock.id(), mock.withCache(words));
    }

    /** The id is checked even where it does not matter. */
    private static void check(int flags, int id, int index) {
        if ((flags & ~ALL) != 0) {
            throw INVALIDATE_FLAGS_UNSUPPORTED.refusal(
                    "index", index, "flags", Integer.toUnsignedLong(flags));
        }
        if (Integer.compareUnsigned(id, MockDevice.CACHE_WORDS) >= 0) {
            throw INVALIDATE_WORD_INVALID.refusal(
                    "index", index, "word", Integer.toUnsignedString(id));
        }
    }
}

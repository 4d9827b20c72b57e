package dev.directmsi.iommufd.command;

import static dev.directmsi.iommufd.Reason.*;

import dev.directmsi.address.AddressRange;
import dev.directmsi.address.RangeSet;
import dev.directmsi.iommufd.ContextView;
import dev.directmsi.iommufd.HostMemory;
import dev.directmsi.iommufd.object.Backing;
import dev.directmsi.iommufd.object.Ioas;
import dev.directmsi.iommufd.object.KernelAccess;
import dev.directmsi.iommufd.object.Mapping;
import dev.directmsi.iommufd.object.MemoryFile;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Whether memory is really there, and may be held. The kernel looks exactly when it pins pages: for
 * a mapping in an IOAS that has a page table, for all mappings when the first page table is added,
 * and for what an access pins.
 *
 * <p>A page counts once against the memlock limit for each IOMMU_IOAS_MAP of it; copies share.
 */
final class Pinning {

    private final ContextView context;

    /** Page numbers that are pinned and count, by {@code Pages.id}; null until somebody asks. */
    private @Nullable Map<Long, RangeSet> pinned;

    Pinning(ContextView context) {
        this.context = context;
    }

    /**
     * Pins the memory of a mapping. Whether for writing was fixed when it was first mapped: a copy
     * that only reads needs memory that can be written, too.
     */
    void pin(Mapping area) {
        if (DmaBufs.backs(context, area)) {
            return; // nobody pins it; one that was revoked is left out of page tables in silence
        }
        if (area.backing() instanceof Backing.FileMemory memory) {
            checkFile(context, memory, area.length());
        } else {
            checkMemory(area);
        }
        if (area.pages().charged()) {
            charge(area);
        }
    }

    private void checkMemory(Mapping area) {
        OptionalLong missing = new HostMemory(context).firstUnpinnable(area);
        if (missing.isPresent()) {
            throw MEMORY_NOT_RESOLVABLE.refusal(
                    "start",
                    area.backing().toString(),
                    "length",
                    area.length(),
                    "address",
                    missing.getAsLong());
        }
    }

    /** Pages are pinned whole: a file that ends within its last page does not have it. */
    static void checkFile(ContextView context, Backing.FileMemory memory, long length) {
        MemoryFile file = context.files().get(memory.file());
        long last = context.pageSize().page(memory.start() + length - 1).last();
        if (file == null || Long.compareUnsigned(last, file.size()) >= 0) {
            throw FILE_RANGE.refusal(
                    "file",
                    memory.file(),
                    "size",
                    file == null ? 0L : (Long) file.size(),
                    "needed",
                    last + 1);
        }
    }

    private void charge(Mapping area) {
        if (pinned == null) {
            var before = new HashMap<Long, RangeSet>();
            held(context).forEach(other -> note(before, other));
            pinned = before;
        }
        boolean grows = note(pinned, area);
        long pages =
                pinned.values().stream()
                        .flatMap(set -> set.ranges().stream())
                        .mapToLong(AddressRange::length)
                        .sum();
        long limit = context.info().process().memlockLimit();
        if (grows && Long.compareUnsigned(pages, limit >>> context.pageSize().shift()) > 0) {
            throw MEMLOCK_EXCEEDED.refusal("pages", pages, "limit", limit);
        }
    }

    /** What page tables and accesses hold: mappings, and parts of them. */
    static List<Mapping> held(ContextView context) {
        var held = new ArrayList<Mapping>();
        for (Ioas ioas : context.all(Ioas.class)) {
            if (!context.relations().tablesOf(ioas.id()).isEmpty()) {
                context.mappings(ioas.id()).all().forEach(held::add);
            }
            for (KernelAccess access : context.relations().accessesOf(ioas.id())) {
                access.pins()
                        .forEach(pin ->
                                held.addAll(Pieces.of(context, ioas.id(), pin.range()).found()));
            }
        }
        return held;
    }

    /** Adds the pages of a mapping that counts; answers whether there were new ones. */
    private boolean note(Map<Long, RangeSet> into, Mapping area) {
        if (!area.pages().charged()) {
            return false;
        }
        int shift = context.pageSize().shift();
        long start = area.backing().start();
        var pages = new AddressRange(start >>> shift, (start + area.length() - 1) >>> shift);
        RangeSet before = into.getOrDefault(area.pages().id(), RangeSet.EMPTY);
        RangeSet after = before.with(List.of(pages));
        into.put(area.pages().id(), after);
        return !after.equals(before);
    }
}

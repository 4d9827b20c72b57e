package dev.directmsi.hardware.smmu;

import dev.directmsi.address.Ipa;
import dev.directmsi.address.PageSize;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Lays out stage-1 tables one after the other in a guest's memory, each as long as a granule. Uses
 * blocks where VA, IPA and length allow them.
 */
final class Stage1TableBuilder {

    private static final int ADDRESS_BITS = 48;

    private final Granule granule;
    private final int startLevel;
    private final List<TableImage> images = new ArrayList<>();
    private final Map<TableImage, Map<Integer, TableImage>> children = new HashMap<>();
    private Ipa next;
    private int leaves;

    Stage1TableBuilder(Ipa tables, PageSize granule) {
        this.granule = Granule.of(granule);
        this.startLevel = this.granule.startLevel(ADDRESS_BITS);
        this.next = tables;
        GuestStage1.require(
                granule.isAligned(tables.value()),
                "tables at " + tables + ": not a multiple of " + granule);
    }

    /**
     * Builds the tables of one context from disjoint mappings; returns where the first table is.
     */
    Ipa build(List<GuestStage1.Mapping> mappings) {
        var root = allocate();
        for (var mapping : mappings) {
            map(root, mapping);
        }
        return root.base();
    }

    List<TableImage> images() {
        return images;
    }

    private void map(TableImage root, GuestStage1.Mapping mapping) {
        long va = mapping.va().value();
        long ipa = mapping.ipa().value();
        long left = mapping.length();
        while (left != 0) {
            int level = leafLevel(va | ipa, left);
            var size = new PageSize(1L << granule.shiftAt(level));
            leaves++;
            GuestStage1.require(
                    leaves <= GuestStage1.MAX_LEAVES,
                    "VA "
                            + mapping.va()
                            + " needs more than "
                            + GuestStage1.MAX_LEAVES
                            + " leaves");
            var leaf = Stage1Descriptor.ram(ipa, size, granule.size(), mapping.access());
            tableOf(root, va, level).set(index(va, level), leaf.bits());
            va += size.bytes();
            ipa += size.bytes();
            left -= size.bytes();
        }
    }

    // The largest leaf to whose size both addresses are aligned and which is not too long.
    private int leafLevel(long addresses, long left) {
        for (int level = 1; level < Granule.LAST_LEVEL; level++) {
            long size = 1L << granule.shiftAt(level);
            // 4T blocks are for 52-bit output addresses.
            boolean legal = granule.allowsBlock(level) && granule.shiftAt(level) < 42;
            if (legal && (addresses & size - 1) == 0 && left >= size) {
                return level;
            }
        }
        return Granule.LAST_LEVEL;
    }

    private TableImage tableOf(TableImage root, long va, int level) {
        TableImage table = root;
        for (int above = startLevel; above < level; above++) {
            table = child(table, va, above);
        }
        return table;
    }

    private TableImage child(TableImage table, long va, int level) {
        Map<Integer, TableImage> below = children.computeIfAbsent(table, _ -> new HashMap<>());
        int index = index(va, level);
        TableImage known = below.get(index);
        if (known != null) {
            return known;
        }
        var made = allocate();
        below.put(index, made);
        table.set(index, Stage1Descriptor.table(made.base().value(), granule.size(), level).bits());
        return made;
    }

    private int index(long va, int level) {
        int top = Math.min(ADDRESS_BITS, granule.shiftAt(level) + granule.indexBits()) - 1;
        return (int) Bits.field(va, top, granule.shiftAt(level));
    }

    private TableImage allocate() {
        long bytes = granule.size().bytes();
        GuestStage1.require(
                (images.size() + 1) * bytes <= GuestStage1.MAX_TABLE_BYTES,
                "tables need more than " + GuestStage1.MAX_TABLE_BYTES + " bytes");
        GuestStage1.require(
                Bits.fits(next.value() + bytes - 1, ADDRESS_BITS),
                "table at " + next + " exceeds 48 bits");
        var image = new TableImage(next, bytes);
        images.add(image);
        next = next.plus(bytes);
        return image;
    }
}

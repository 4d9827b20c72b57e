package dev.directmsi.hardware.smmu;

import dev.directmsi.address.Access;
import dev.directmsi.address.AddressRange;
import dev.directmsi.address.Ipa;
import dev.directmsi.address.PageSize;
import dev.directmsi.address.PhysAddr;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/** A stage-2 table made of leaves that a test puts there. */
final class LeafTable implements PageTable {

    private final PageSize granule;
    private final int inputBits;
    private final TreeMap<Long, Leaf> leaves = new TreeMap<>(Long::compareUnsigned);

    LeafTable(PageSize granule, int inputBits) {
        this.granule = granule;
        this.inputBits = inputBits;
    }

    LeafTable ram(Ipa ipa, PhysAddr output, PageSize size, Access access) {
        return put(ipa, Stage2Descriptor.ram(output, size, granule, access, false));
    }

    LeafTable direct(Ipa page, PhysAddr its) {
        return put(page, Stage2Descriptor.directMsiPage(its, granule));
    }

    LeafTable window(Ipa page, PhysAddr its) {
        return put(page, Stage2Descriptor.windowMsiPage(its, granule));
    }

    LeafTable put(Ipa ipa, Stage2Descriptor leaf) {
        return put(ipa.value(), leaf.size(), leaf.level(), leaf.bits());
    }

    LeafTable put(long input, PageSize size, int level, long descriptor) {
        leaves.put(input, new Leaf(input, size.bytes(), level, descriptor));
        return this;
    }

    void remove(Ipa page) {
        leaves.remove(page.value());
    }

    List<Leaf> leaves() {
        return List.copyOf(leaves.values());
    }

    @Override
    public int inputBits() {
        return inputBits;
    }

    @Override
    public long granule() {
        return granule.bytes();
    }

    @Override
    public Optional<Leaf> lookup(long input) {
        var below = leaves.floorEntry(input);
        return Optional.ofNullable(below)
                .map(java.util.Map.Entry::getValue)
                .filter(leaf -> AddressRange.of(leaf.inputBase(), leaf.size()).contains(input));
    }
}

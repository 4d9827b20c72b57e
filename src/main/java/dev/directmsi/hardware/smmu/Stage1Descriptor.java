package dev.directmsi.hardware.smmu;

import dev.directmsi.address.Access;
import dev.directmsi.address.PageSize;
import dev.directmsi.address.PhysAddr;
import java.util.Map;

/**
 * A VMSAv8-64 stage-1 descriptor: table, block or page (DDI 0487, D8.3). The attribute indices are
 * those of {@link ContextDescriptor#MAIR}.
 *
 * @param bits the descriptor
 * @param granule 4K, 16K or 64K
 * @param level lookup level, 0 to 3
 */
public record Stage1Descriptor(long bits, PageSize granule, int level) {

    private static final long NORMAL_CACHEABLE = 1 << 2;
    private static final long DEVICE = 2 << 2;
    private static final long UNPRIVILEGED = 1 << 6;
    private static final long READ_ONLY = 1 << 7;
    private static final long OUTER_SHAREABLE = 2 << 8;
    private static final long INNER_SHAREABLE = 3 << 8;
    private static final long ACCESSED = 1 << 10;
    private static final long NOT_GLOBAL = 1 << 11;
    private static final long DIRTY_BIT_MODIFIER = 1L << 51;

    /** What a descriptor is at its level. */
    public enum Kind {
        /** Bit 0 clear, or an encoding that its level does not have. */
        INVALID,
        TABLE,
        BLOCK,
        PAGE;

        /** Whether it translates, rather than points on. */
        public boolean isLeaf() {
            return this == BLOCK || this == PAGE;
        }
    }

    /**
     * Cacheable memory.
     *
     * @param output aligned to {@code leafSize}; an IPA where stage 2 follows
     * @param access stage 1 has no write-only encoding: {@code WRITE} is readable as well
     */
    public static Stage1Descriptor ram(
            long output, PageSize leafSize, PageSize granule, Access access) {
        return leaf(output, leafSize, granule, access, NORMAL_CACHEABLE | INNER_SHAREABLE);
    }

    /** A doorbell page in the SW_MSI window as Linux maps it: device memory, read and write. */
    public static Stage1Descriptor windowMsiPage(PhysAddr page, PageSize granule) {
        return leaf(page.value(), granule, granule, Access.READ_WRITE, DEVICE | OUTER_SHAREABLE);
    }

    /** A pointer to the table of the next level. */
    public static Stage1Descriptor table(long next, PageSize granule, int level) {
        return new Stage1Descriptor(Granule.of(granule).encodeAddress(next) | 3, granule, level);
    }

    private static Stage1Descriptor leaf(
            long output, PageSize size, PageSize granule, Access access, long attributes) {
        if (access == Access.NONE) {
            throw new IllegalArgumentException("a leaf without access is not mapped");
        }
        if (!size.isAligned(output) || !Bits.fits(output, 52)) {
            throw new IllegalArgumentException(
                    Long.toHexString(output) + " is no output address of a " + size);
        }
        var geometry = Granule.of(granule);
        int level = geometry.level(size);
        long type = level == Granule.LAST_LEVEL ? 3 : 1;
        long permission = UNPRIVILEGED | (access.writes() ? 0 : READ_ONLY);
        return new Stage1Descriptor(
                geometry.encodeAddress(output)
                        | attributes
                        | permission
                        | ACCESSED
                        | NOT_GLOBAL
                        | type,
                granule,
                level);
    }

    /** The same leaf with DBM set, so that a write-protected page becomes writable when dirtied. */
    public Stage1Descriptor withDirtyBitModifier() {
        return new Stage1Descriptor(bits | DIRTY_BIT_MODIFIER, granule, level);
    }

    public Kind kind() {
        return switch ((int) Bits.field(bits, 1, 0)) {
            case 1 -> Granule.of(granule).allowsBlock(level) ? Kind.BLOCK : Kind.INVALID;
            case 3 -> level == Granule.LAST_LEVEL ? Kind.PAGE : Kind.TABLE;
            default -> Kind.INVALID;
        };
    }

    /** The next table of a table descriptor, the output address of a leaf. */
    public long address() {
        var geometry = Granule.of(granule);
        int lowest = kind() == Kind.TABLE ? granule.shift() : geometry.shiftAt(level);
        return geometry.decodeAddress(bits, lowest);
    }

    /** Bytes that one entry of this level translates. */
    public PageSize size() {
        return new PageSize(1L << Granule.of(granule).shiftAt(level));
    }

    /** AP[1]: unprivileged transactions may access. */
    public boolean isUnprivileged() {
        return (bits & UNPRIVILEGED) != 0;
    }

    /** AP[2]. */
    public boolean isReadOnly() {
        return (bits & READ_ONLY) != 0;
    }

    public boolean accessFlag() {
        return (bits & ACCESSED) != 0;
    }

    /** nG clear: the entry serves every ASID. */
    public boolean isGlobal() {
        return (bits & NOT_GLOBAL) == 0;
    }

    /** DBM: read-only means clean, where the hardware manages dirty state. */
    public boolean dirtyBitModifier() {
        return (bits & DIRTY_BIT_MODIFIER) != 0;
    }

    /** Index into MAIR. */
    public int attrIndx() {
        return (int) Bits.field(bits, 4, 2);
    }

    public boolean privilegedExecuteNever() {
        return Bits.bit(bits, 53);
    }

    public boolean unprivilegedExecuteNever() {
        return Bits.bit(bits, 54);
    }

    /** APTable of a table descriptor: bit 0 no unprivileged access, bit 1 no writes below. */
    public int apTable() {
        return (int) Bits.field(bits, 62, 61);
    }

    /**
     * What data accesses may do.
     *
     * @param privileged whether the transaction is
     * @param dirtyUpdates whether the hardware sets dirty state (CD.HD), so that DBM counts
     */
    public Access access(boolean privileged, boolean dirtyUpdates) {
        boolean any = privileged || isUnprivileged();
        return Access.of(any, any && (!isReadOnly() || (dirtyUpdates && dirtyBitModifier())));
    }

    /** The fields by name. */
    public Map<String, String> fields() {
        return switch (kind()) {
            case INVALID -> new Fields().text("type", "invalid").inOrder();
            case TABLE ->
                    new Fields()
                            .text("type", "table")
                            .hex("nextTable", address())
                            .number("apTable", apTable())
                            .flag("uxnTable", Bits.bit(bits, 60))
                            .flag("pxnTable", Bits.bit(bits, 59))
                            .inOrder();
            case BLOCK, PAGE ->
                    new Fields()
                            .text("type", kind() == Kind.PAGE ? "page" : "block")
                            .hex("outputAddress", address())
                            .text("size", size().toString())
                            .text("ap", ap())
                            .number("attrIndx", attrIndx())
                            .text("sh", Stage2Descriptor.shareability(Bits.field(bits, 9, 8)))
                            .flag("af", accessFlag())
                            .flag("nG", !isGlobal())
                            .flag("dbm", dirtyBitModifier())
                            .flag("pxn", privilegedExecuteNever())
                            .flag("uxn", unprivilegedExecuteNever())
                            .inOrder();
        };
    }

    private String ap() {
        return (isReadOnly() ? "read-only" : "read-write")
                + (isUnprivileged() ? "" : ", privileged");
    }
}

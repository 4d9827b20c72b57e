package dev.directmsi.hardware.smmu;

import dev.directmsi.address.Access;
import dev.directmsi.address.PageSize;
import dev.directmsi.address.PhysAddr;
import java.util.Map;

/**
 * A VMSAv8-64 stage-2 leaf descriptor: a page or a block (DDI 0487, D8.3; IHI 0070, 3.13).
 *
 * @param bits the descriptor
 * @param granule 4K, 16K or 64K
 * @param level lookup level, 1 to 3; level 3 holds pages
 */
public record Stage2Descriptor(long bits, PageSize granule, int level) {

    private static final long VALID = 1;
    private static final long PAGE = 2;
    private static final int MEM_ATTR = 2;
    private static final long READABLE = 1 << 6;
    private static final long WRITABLE = 1 << 7;
    private static final long OUTER_SHAREABLE = 2 << 8;
    private static final long INNER_SHAREABLE = 3 << 8;
    private static final long ACCESSED = 1 << 10;
    private static final long EXECUTE_NEVER = 3L << 53;

    private static final long DEVICE_NGNRE = 0x1;
    private static final long NORMAL_WRITE_BACK = 0xF;
    // With S2FWB the encoding changes: 0b0110 forces write-back, whatever stage 1 says.
    private static final long FORCED_WRITE_BACK = 0x6;

    /** The level of a leaf of {@code leafSize}: 3 for a page, less for blocks. */
    public static int level(PageSize granule, PageSize leafSize) {
        return Granule.of(granule).level(leafSize);
    }

    /**
     * Cacheable memory.
     *
     * @param output aligned to {@code leafSize}
     * @param access not {@code NONE}: VMSAv8-64 mappings without access are not made at all
     * @param fwb whether the stream table entry sets S2FWB
     */
    public static Stage2Descriptor ram(
            PhysAddr output, PageSize leafSize, PageSize granule, Access access, boolean fwb) {
        if (access == Access.NONE) {
            throw new IllegalArgumentException("a leaf without access is not mapped");
        }
        long permission = (access.reads() ? READABLE : 0) | (access.writes() ? WRITABLE : 0);
        long memory = fwb ? FORCED_WRITE_BACK : NORMAL_WRITE_BACK;
        return leaf(output, leafSize, granule, permission | INNER_SHAREABLE | memory << MEM_ATTR);
    }

    /** A doorbell page in direct mode: write-only, never executed, Device-nGnRE. */
    public static Stage2Descriptor directMsiPage(PhysAddr page, PageSize granule) {
        return leaf(
                page,
                granule,
                granule,
                WRITABLE | OUTER_SHAREABLE | DEVICE_NGNRE << MEM_ATTR | EXECUTE_NEVER);
    }

    /** A doorbell page in the SW_MSI window as Linux maps it: also readable and executable. */
    public static Stage2Descriptor windowMsiPage(PhysAddr page, PageSize granule) {
        return leaf(
                page,
                granule,
                granule,
                READABLE | WRITABLE | OUTER_SHAREABLE | DEVICE_NGNRE << MEM_ATTR);
    }

    private static Stage2Descriptor leaf(
            PhysAddr output, PageSize size, PageSize granule, long attributes) {
        if (!output.isAlignedTo(size.bytes()) || !Bits.fits(output.value(), 52)) {
            throw new IllegalArgumentException(output + " is no output address of a " + size);
        }
        int level = level(granule, size);
        long type = level == Granule.LAST_LEVEL ? VALID | PAGE : VALID;
        long address = Granule.of(granule).encodeAddress(output.value());
        return new Stage2Descriptor(address | attributes | ACCESSED | type, granule, level);
    }

    /** Whether this is a leaf that a walk may use at its level. */
    public boolean isValid() {
        return Bits.field(bits, 1, 0) == (level == Granule.LAST_LEVEL ? 3 : 1);
    }

    /** Where the leaf's first byte is. */
    public PhysAddr outputAddress() {
        var geometry = Granule.of(granule);
        return new PhysAddr(geometry.decodeAddress(bits, geometry.shiftAt(level)));
    }

    /** Bytes translated: a page or a block. */
    public PageSize size() {
        return new PageSize(1L << Granule.of(granule).shiftAt(level));
    }

    public boolean isReadable() {
        return (bits & READABLE) != 0;
    }

    public boolean isWritable() {
        return (bits & WRITABLE) != 0;
    }

    public Access access() {
        return Access.of(isReadable(), isWritable());
    }

    /** Whether unprivileged or privileged fetches of instructions are allowed (XN with XNX). */
    public boolean isExecutable(boolean privileged) {
        return switch ((int) executeNever()) {
            case 0 -> true;
            case 1 -> !privileged;
            case 2 -> false;
            default -> privileged;
        };
    }

    /** XN[1:0]. */
    public long executeNever() {
        return Bits.field(bits, 54, 53);
    }

    public boolean accessFlag() {
        return (bits & ACCESSED) != 0;
    }

    /** MemAttr[3:0]; the meaning of the Normal encodings depends on S2FWB. */
    public int memAttr() {
        return (int) Bits.field(bits, 5, 2);
    }

    /** Whether the memory is of a Device type, with and without S2FWB. */
    public boolean isDevice() {
        return memAttr() < 4;
    }

    /** The fields by name, in the order of the manual's significance. */
    public Map<String, String> fields() {
        return new Fields()
                .text(
                        "type",
                        isValid() ? (level == Granule.LAST_LEVEL ? "page" : "block") : "invalid")
                .text("outputAddress", outputAddress().toString())
                .text("size", size().toString())
                .text("memAttr", Long.toHexString(memAttr()) + " " + memory())
                .text("s2ap", access().name())
                .text("sh", shareability(Bits.field(bits, 9, 8)))
                .flag("af", accessFlag())
                .text("xn", Long.toBinaryString(executeNever()))
                .inOrder();
    }

    private String memory() {
        return switch (memAttr()) {
            case 0 -> "Device-nGnRnE";
            case 1 -> "Device-nGnRE";
            case 2 -> "Device-nGRE";
            case 3 -> "Device-GRE";
            case 5 -> "Normal non-cacheable";
            case (int) FORCED_WRITE_BACK -> "Normal, write-back forced";
            case (int) NORMAL_WRITE_BACK -> "Normal write-back";
            default -> "Normal";
        };
    }

    static String shareability(long sh) {
        return switch ((int) sh) {
            case 0 -> "non-shareable";
            case 2 -> "outer shareable";
            case 3 -> "inner shareable";
            default -> "reserved";
        };
    }
}

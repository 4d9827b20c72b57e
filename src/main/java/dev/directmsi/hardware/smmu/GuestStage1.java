package dev.directmsi.hardware.smmu;

import dev.directmsi.address.Access;
import dev.directmsi.address.AddressRange;
import dev.directmsi.address.Iova;
import dev.directmsi.address.Ipa;
import dev.directmsi.address.PageSize;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a guest would write to translate its devices: context descriptors, VMSAv8-64 tables and the
 * first two words of a stream table entry. 48-bit addresses on both sides, one TTBR, Linux's
 * attributes.
 *
 * <p>The context table is linear, since IDR0.CD2L is not advertised. Only the parts of it that hold
 * a context are written: at most 64 descriptors around each. The rest must be zero already.
 *
 * @param ste0 V, Config 5, S1ContextPtr, S1CDMax
 * @param ste1 S1DSS and the attributes of context fetches
 * @param images what to write, disjoint
 */
public record GuestStage1(long ste0, long ste1, List<TableImage> images) {

    /** Leaves of all contexts together: a refusal rather than a full memory. */
    public static final int MAX_LEAVES = 1 << 16;

    /** Bytes of all tables together. */
    public static final long MAX_TABLE_BYTES = 16 << 20;

    private static final int ADDRESS_BITS = 48;
    private static final int SSID_BITS = 20;
    private static final int ASID_BITS = 16;
    private static final int CHUNK = 64;

    /**
     * A piece of a context.
     *
     * @param va multiple of the granule, below 2^48
     * @param ipa multiple of the granule, below 2^48
     * @param length bytes, a multiple of the granule, not 0
     * @param access not {@code NONE}; {@code WRITE} becomes readable as well
     */
    public record Mapping(Iova va, Ipa ipa, long length, Access access) {}

    /**
     * An address space.
     *
     * @param pasid SubstreamID, 20 bits; 0 serves transactions without one if S1DSS says so
     * @param asid 16 bits
     * @param mappings in any order, VAs disjoint
     */
    public record Context(int pasid, int asid, List<Mapping> mappings) {
        public Context {
            mappings = List.copyOf(mappings);
        }
    }

    public GuestStage1 {
        images = List.copyOf(images);
    }

    /**
     * Builds all of it.
     *
     * @param cdTable where the context table goes, aligned to its size
     * @param tables where the translation tables go, one after the other; a multiple of the granule
     * @param defaultSubstream what transactions without PASID get; without effect if no context has
     *     a PASID above 0
     * @throws InvalidStage1Exception naming the value that cannot be
     */
    public static GuestStage1 build(
            Ipa cdTable,
            Ipa tables,
            PageSize granule,
            DefaultSubstream defaultSubstream,
            List<Context> contexts) {
        check(contexts);
        int s1CdMax = s1CdMax(contexts);
        require(
                cdTable.isAlignedTo((long) ContextDescriptor.SIZE << s1CdMax),
                "context table " + cdTable + " is not aligned to its size");
        var builder = new Stage1TableBuilder(tables, granule);
        Map<Integer, TableImage> chunks = new TreeMap<>();
        for (Context context : contexts) {
            Ipa root = builder.build(inOrder(context, granule));
            var descriptor =
                    ContextDescriptor.of(granule, ADDRESS_BITS, ADDRESS_BITS, context.asid, root);
            put(descriptor, context.pasid, chunks, cdTable, s1CdMax);
        }
        var images = new ArrayList<>(chunks.values());
        images.addAll(builder.images());
        checkPlaces(cdTable, s1CdMax, builder.images());
        var entry = StreamTableEntry.stage1(s1CdMax, defaultSubstream, false);
        return new GuestStage1(entry.q0() | cdTable.value(), entry.q1(), images);
    }

    private static void check(List<Context> contexts) {
        require(!contexts.isEmpty(), "no contexts");
        var pasids = new HashSet<Integer>();
        for (Context context : contexts) {
            require(
                    isWithin(context.pasid, SSID_BITS),
                    "PASID " + context.pasid + " exceeds 20 bits");
            require(isWithin(context.asid, ASID_BITS), "ASID " + context.asid + " exceeds 16 bits");
            require(pasids.add(context.pasid), "PASID " + context.pasid + " is given twice");
        }
    }

    private static boolean isWithin(int number, int bits) {
        return number >= 0 && number < 1 << bits;
    }

    private static int s1CdMax(List<Context> contexts) {
        int highest = contexts.stream().mapToInt(Context::pasid).max().orElseThrow();
        return Integer.SIZE - Integer.numberOfLeadingZeros(highest);
    }

    private static List<Mapping> inOrder(Context context, PageSize granule) {
        var ordered = context.mappings.stream().sorted(Comparator.comparing(Mapping::va)).toList();
        Mapping before = null;
        for (Mapping mapping : ordered) {
            checkOne(mapping, granule);
            require(
                    before == null || !range(before).contains(mapping.va.value()),
                    "VA " + mapping.va + " is mapped twice");
            before = mapping;
        }
        return ordered;
    }

    private static void checkOne(Mapping mapping, PageSize granule) {
        Iova va = mapping.va;
        Ipa ipa = mapping.ipa;
        long length = mapping.length;
        require(granule.isAligned(va.value()), "VA " + va + " is not a multiple of " + granule);
        require(granule.isAligned(ipa.value()), "IPA " + ipa + " is not a multiple of " + granule);
        require(
                length != 0 && granule.isAligned(length),
                "length " + Long.toUnsignedString(length) + " is not a multiple of " + granule);
        require(fits(va.value(), length), "VA " + va + " and its length exceed 48 bits");
        require(fits(ipa.value(), length), "IPA " + ipa + " and its length exceed 48 bits");
        require(mapping.access != Access.NONE, "VA " + va + " is mapped without access");
    }

    private static boolean fits(long address, long length) {
        return Bits.fits(address, ADDRESS_BITS)
                && !AddressRange.wraps(address, length)
                && Bits.fits(address + length - 1, ADDRESS_BITS);
    }

    private static AddressRange range(Mapping mapping) {
        return AddressRange.of(mapping.va.value(), mapping.length);
    }

    private static void put(
            ContextDescriptor descriptor,
            int pasid,
            Map<Integer, TableImage> chunks,
            Ipa cdTable,
            int s1CdMax) {
        int perChunk = Math.min(CHUNK, 1 << s1CdMax);
        long chunkBytes = (long) perChunk * ContextDescriptor.SIZE;
        int chunk = pasid / perChunk;
        var image =
                chunks.computeIfAbsent(
                        chunk,
                        number -> new TableImage(cdTable.plus(number * chunkBytes), chunkBytes));
        int first = pasid % perChunk * descriptor.words().size();
        for (int i = 0; i < descriptor.words().size(); i++) {
            image.set(first + i, descriptor.words().get(i));
        }
    }

    private static void checkPlaces(Ipa cdTable, int s1CdMax, List<TableImage> tables) {
        long bytes = (long) ContextDescriptor.SIZE << s1CdMax;
        require(fits(cdTable.value(), bytes), "context table " + cdTable + " exceeds 48 bits");
        AddressRange contexts = AddressRange.of(cdTable.value(), bytes);
        for (TableImage table : tables) {
            require(
                    !contexts.overlaps(table.range()),
                    "table at " + table.base() + " is inside the context table");
        }
    }

    static void require(boolean legal, String otherwise) {
        if (!legal) {
            throw new InvalidStage1Exception(otherwise);
        }
    }
}

package dev.directmsi.conformance;

import dev.directmsi.conformance.Session.Absent;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/// Page tables: allocation, invalidation, dirty tracking.
final class HwptSteps {

    private static final int LISTED = 256;

    private HwptSteps() {}

    static Map<String, Step> steps() {
        return Map.of(
                "HWPT_ALLOC", HwptSteps::alloc,
                "HWPT_INVALIDATE", HwptSteps::invalidate,
                "HWPT_SET_DIRTY_TRACKING", HwptSteps::setDirtyTracking,
                "HWPT_GET_DIRTY_BITMAP", HwptSteps::dirtyBitmap);
    }

    private static Result alloc(Operation operation, Session session) {
        byte[] data = Payload.bytes(operation, operation.number("data_len")).orElse(null);
        if (data == null) {
            return Result.no(Inexpressible.POINTER);
        }
        long fault = operation.number("fault_id");
        return session.post(
                        "/hwpts",
                        "devId",
                        session.id(operation, "dev_id"),
                        "ptId",
                        session.id(operation, "pt_id"),
                        "flags",
                        operation.hex("flags"),
                        "dataType",
                        operation.hex("data_type"),
                        "data",
                        Payload.raw(data),
                        "faultId",
                        fault == 0 ? Absent.ABSENT : session.ids().of(fault))
                .result(made -> Result.of("out_hwpt_id", made.at("id")));
    }

    private static Result invalidate(Operation operation, Session session) {
        long count = operation.number("entry_num");
        long length = operation.number("entry_len");
        if (count > 0 && !ProcessMemory.isReadable(operation, "data_uptr")) {
            return Result.no(Inexpressible.POINTER);
        }
        if (count > 0 && length == 0) {
            return Result.no(Inexpressible.ENTRY_LENGTH);
        }
        byte[] entries = Payload.bytes(operation, count * length).orElse(null);
        if (entries == null) {
            return Result.no(Inexpressible.POINTER);
        }
        Answer answer =
                session.post(
                        "/hwpts/" + session.id(operation, "hwpt_id") + "/invalidations",
                        "dataType",
                        operation.hex("data_type"),
                        "entries",
                        count == 0
                                ? List.of()
                                : Map.of("raw", Payload.base64(entries), "entryLength", length));
        return answer.succeeded()
                ? Result.of("entry_num", answer.at("handled"))
                : Result.refused(
                        answer.errno(), "entry_num", answer.at("params").path("progress").asLong());
    }

    private static Result setDirtyTracking(Operation operation, Session session) {
        return session.put(
                        "/hwpts/" + session.id(operation, "hwpt_id") + "/dirty-tracking",
                        "flags",
                        operation.hex("flags"))
                .result();
    }

    /// The bits that the process's bitmap had before stay set.
    private static Result dirtyBitmap(Operation operation, Session session) {
        if (!ProcessMemory.isReadable(operation, "data")) {
            return Result.no(Inexpressible.POINTER);
        }
        return session.post(
                        "/hwpts/" + session.id(operation, "hwpt_id") + "/dirty-bitmap",
                        "iova",
                        operation.hex("iova"),
                        "length",
                        operation.hex("length"),
                        "pageSize",
                        operation.hex("page_size"),
                        "flags",
                        IoasSteps.flags(operation))
                .result(shown -> dirty(operation, shown.at("bitmap").asString("")));
    }

    private static Result dirty(Operation operation, String bitmap) {
        BitSet bits = BitSet.valueOf(Payload.bytesOf(bitmap));
        if (operation.has("fill")) {
            bits.or(filled(operation));
        }
        if (bits.cardinality() <= LISTED) {
            return Result.of(
                    "dirty", bits.stream().mapToObj(Long::valueOf).collect(Collectors.toList()));
        }
        return Result.of("dirty_ranges", ranges(bits));
    }

    private static BitSet filled(Operation operation) {
        long page = Math.max(1, Long.lowestOneBit(operation.number("page_size")));
        int pages = (int) Long.divideUnsigned(operation.number("length"), page);
        byte[] bytes = new byte[(pages + Byte.SIZE - 1) / Byte.SIZE];
        Arrays.fill(bytes, (byte) operation.number("fill"));
        return BitSet.valueOf(bytes).get(0, pages);
    }

    private static List<List<Long>> ranges(BitSet bits) {
        return bits.stream()
                .filter(bit -> bit == 0 || !bits.get(bit - 1))
                .mapToObj(first -> List.of((long) first, bits.nextClearBit(first) - 1L))
                .toList();
    }
}

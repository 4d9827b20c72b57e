package dev.directmsi.conformance;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What an operation of a script passes where it says nothing.
final class StructureDefaults {

    private static final int FIXED = 7;
    private static final int AUTOMATIC = 6;

    /// Where a pointer leads that the script leaves to us: to memory that holds the payload.
    private static final String POINTER = "0x150000000";

    private static final int TEST_SIZE = 72;

    private static final Map<String, Integer> SIZES =
            Map.of(
                    "HWPT_ALLOC", 48,
                    "GET_HW_INFO", 40,
                    "VIOMMU_ALLOC", 40,
                    "VEVENTQ_ALLOC", 32);

    private static final Map<String, String> POINTERS =
            Map.of(
                    "GET_HW_INFO", "data_uptr",
                    "HWPT_INVALIDATE", "data_uptr",
                    "IOAS_IOVA_RANGES", "allowed_iovas",
                    "IOAS_ALLOW_IOVAS", "allowed_iovas",
                    "HWPT_GET_DIRTY_BITMAP", "data",
                    "TEST_DIRTY", "uptr");

    private static final Map<String, String> DESCRIPTORS =
            Map.of(
                    "FAULT_QUEUE_ALLOC", "out_fault_fd",
                    "VEVENTQ_ALLOC", "out_veventq_fd",
                    "TEST_CREATE_ACCESS", "out_access_fd",
                    "SYS_MEMFD", "fd",
                    "SYS_OPENFILE", "fd",
                    "SYS_DMABUF_GET", "fd",
                    "EVENTFD", "fd",
                    "VFIO_OPEN", "fd");

    private static final Map<String, Integer> VFIO_SIZES =
            Map.of(
                    "VFIO_BIND_IOMMUFD", 24,
                    "VFIO_ATTACH_IOMMUFD_PT", 16,
                    "VFIO_DETACH_IOMMUFD_PT", 12,
                    "VFIO_MAP_DMA", 32,
                    "VFIO_UNMAP_DMA", 24,
                    "VFIO_GET_IOMMU_INFO", 4096,
                    "VFIO_SET_IRQS", 24);

    private StructureDefaults() {}

    /// The output that is a file descriptor, if there is one.
    static Optional<String> descriptor(String kind) {
        return Optional.ofNullable(DESCRIPTORS.get(kind));
    }

    static void complete(String kind, Map<String, Object> in) {
        if (kind.startsWith("VFIO_") && VFIO_SIZES.containsKey(kind)) {
            in.putIfAbsent("argsz", VFIO_SIZES.get(kind));
        } else {
            in.putIfAbsent(
                    "size",
                    kind.startsWith("TEST_")
                            ? Integer.valueOf(TEST_SIZE)
                            : SIZES.getOrDefault(kind, Structure.leastSize(kind)));
        }
        if (POINTERS.containsKey(kind)) {
            in.putIfAbsent(POINTERS.get(kind), POINTER);
        }
        switch (kind) {
            case "IOAS_MAP", "IOAS_MAP_FILE" ->
                    in.putIfAbsent("flags", in.containsKey("iova") ? FIXED : AUTOMATIC);
            case "IOAS_COPY" ->
                    in.putIfAbsent("flags", in.containsKey("dst_iova") ? FIXED : AUTOMATIC);
            case "IOAS_ALLOW_IOVAS" -> in.putIfAbsent("num_iovas", count(in, "ranges"));
            case "IOAS_IOVA_RANGES" -> in.putIfAbsent("num_iovas", 16);
            case "HWPT_ALLOC", "VIOMMU_ALLOC" -> {
                in.putIfAbsent("data_len", count(in, "data") * width(in));
                in.putIfAbsent("data_uptr", in.containsKey("data") ? POINTER : 0);
            }
            case "HWPT_INVALIDATE" -> {
                long length = numberOf(in.getOrDefault("entry_len", 0));
                in.putIfAbsent(
                        "entry_num", length == 0 ? 0 : count(in, "data") * width(in) / length);
            }
            case "SYS_WRITE_FAULT" -> in.putIfAbsent("count", count(in, "data") * Integer.BYTES);
            default -> {}
        }
    }

    private static long count(Map<String, Object> in, String field) {
        return in.get(field) instanceof List<?> list ? list.size() : 0;
    }

    private static long width(Map<String, Object> in) {
        return numberOf(in.getOrDefault("data_width", 0));
    }

    private static long numberOf(Object value) {
        return value instanceof Number number
                ? number.longValue()
                : Long.parseUnsignedLong(value.toString().substring(2), 16);
    }
}

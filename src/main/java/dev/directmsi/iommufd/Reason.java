package dev.directmsi.iommufd;

import static dev.directmsi.iommufd.Errno.*;
import static dev.directmsi.iommufd.Kind.*;

import dev.directmsi.address.Address;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Every rule that can refuse: one constant per rung of a ladder.
 *
 * <p>The errno is what the kernel returns; the kind is what a client can do about it. They are
 * independent: cutting a mapping is ENOENT in Linux and a conflict to a client. Names and errnos
 * are stable. The texts stand in {@code reasons.properties} beside this class and may change.
 */
public enum Reason {
    // Requests in general
    MALFORMED_REQUEST(EINVAL, MALFORMED),
    UNKNOWN_PROPERTY(E2BIG, MALFORMED),
    VALUE_TOO_LARGE(EINVAL, MALFORMED),
    TOO_MANY(ENOMEM, EXHAUSTED),
    CONTEXT_NOT_FOUND(EBADF, MISSING),
    HOST_NOT_FOUND(ENODEV, MISSING),
    HOST_UNKNOWN(ENODEV, INVALID),
    HOST_IN_USE(EBUSY, CONFLICT),
    HOST_INVALID(EINVAL, INVALID),
    ACPI_INVALID(EINVAL, INVALID),
    TOPOLOGY_CHANGED(EBUSY, CONFLICT),
    DEVICE_UNKNOWN(ENODEV, INVALID),
    REVISION_MOVED(EBUSY, MOVED),
    OBJECT_REPLACED(ENOENT, MOVED),
    IDEMPOTENCY_KEY_REUSED(EEXIST, INVALID),
    IDEMPOTENCY_KEYS_FULL(ENOMEM, EXHAUSTED),
    IDEMPOTENCY_KEY_INVALID(EINVAL, MALFORMED),

    // Objects
    OBJECT_NOT_FOUND(ENOENT, MISSING),
    OBJECT_IN_USE(EBUSY, CONFLICT),
    OBJECT_NOT_DESTROYABLE(EBUSY, CONFLICT),
    HANDLE_OPEN(EBUSY, CONFLICT),
    HANDLE_CLOSED(EBADF, CONFLICT),
    IOAS_NOT_FOUND(ENOENT, MISSING),
    HWPT_NOT_FOUND(ENOENT, MISSING),
    DEVICE_NOT_FOUND(ENOENT, MISSING),
    VEVENTQ_NOT_FOUND(ENOENT, MISSING),
    VIOMMU_NOT_FOUND(ENOENT, MISSING),
    VDEVICE_NOT_FOUND(ENOENT, MISSING),
    FAULT_QUEUE_NOT_FOUND(ENOENT, MISSING),
    S2_COPY_NOT_FOUND(ENOENT, MISSING),
    DEVICE_MISSING(ENOENT, INVALID),
    IOAS_MISSING(ENOENT, INVALID),
    HWPT_MISSING(ENOENT, INVALID),
    VIOMMU_MISSING(ENOENT, INVALID),
    FAULT_QUEUE_MISSING(ENOENT, INVALID),
    FLAGS_UNSUPPORTED(EOPNOTSUPP, UNSUPPORTED),

    // IOAS
    MAP_NO_ACCESS(EINVAL, INVALID),
    ADDRESS_OVERFLOW(EOVERFLOW, INVALID),
    LENGTH_INVALID(EINVAL, INVALID),
    LENGTH_NOT_ALIGNED(EINVAL, INVALID),
    IOVA_NOT_ALIGNED(EINVAL, INVALID),
    BACKING_NOT_ALIGNED(EINVAL, INVALID),
    IOVA_RESERVED(EINVAL, INVALID),
    IOVA_ALREADY_MAPPED(EEXIST, CONFLICT),
    IOVA_HAS_DOORBELL(EEXIST, CONFLICT),
    IOVA_EXHAUSTED(ENOSPC, EXHAUSTED),
    PLACEMENT_NOT_ALIGNED(EINVAL, INVALID),
    MEMORY_NOT_RESOLVABLE(EFAULT, INVALID),
    FILE_RANGE(EINVAL, INVALID),
    FILE_MISSING(EBADF, INVALID),
    BACKING_AMBIGUOUS(EINVAL, MALFORMED),
    COPY_SOURCE_NOT_MAPPED(ENOENT, CONFLICT),
    COPY_NOT_WRITABLE(EPERM, FORBIDDEN),
    UNMAP_NOTHING(ENOENT, MISSING),
    UNMAP_WOULD_CUT(ENOENT, CONFLICT),
    UNMAP_LOCKED(EBUSY, CONFLICT),
    ALLOWED_RANGE_EMPTY(EINVAL, INVALID),
    ALLOWED_RANGES_OVERLAP(EINVAL, INVALID),
    ALLOWED_RANGE_RESERVED(EADDRINUSE, CONFLICT),
    MAPPING_NOT_FOUND(ENOENT, MISSING),

    // Adding a page table to an IOAS
    GRANULE_TOO_LARGE(EINVAL, INVALID),
    IOAS_MISALIGNED(EADDRINUSE, CONFLICT),
    APERTURE_CONFLICT(EADDRINUSE, CONFLICT),
    REGION_CONFLICT(EADDRINUSE, CONFLICT),
    VMIDS_EXHAUSTED(ENOSPC, EXHAUSTED),
    ASIDS_EXHAUSTED(EBUSY, EXHAUSTED),

    // HWPT_ALLOC
    HWPT_DATA_MISMATCH(EINVAL, INVALID),
    HWPT_PT_INVALID(EINVAL, INVALID),
    HWPT_FLAGS_UNSUPPORTED(EOPNOTSUPP, UNSUPPORTED),
    HWPT_DIRTY_UNSUPPORTED(EOPNOTSUPP, UNSUPPORTED),
    DIRTY_TRACKING_MISSING(EOPNOTSUPP, UNSUPPORTED),
    DIRTY_RANGE_MISALIGNED(EINVAL, INVALID),
    DIRTY_PAGE_SIZE_INVALID(EINVAL, INVALID),
    HWPT_NESTING_UNSUPPORTED(EOPNOTSUPP, UNSUPPORTED),
    HWPT_DATA_UNSUPPORTED(EOPNOTSUPP, UNSUPPORTED),
    HWPT_DATA_INVALID(EINVAL, INVALID),
    HWPT_OTHER_SMMU(EINVAL, INVALID),
    STE_BITS_INVALID(EIO, INVALID),
    STE_CONFIG_INVALID(EIO, INVALID),
    STE_EATS_INVALID(EIO, INVALID),

    // vIOMMU, vDEVICE, vEVENTQ
    VIOMMU_TYPE_UNSUPPORTED(EOPNOTSUPP, UNSUPPORTED),
    VIOMMU_NOT_COHERENT(EOPNOTSUPP, UNSUPPORTED),
    VIOMMU_PARENT_INVALID(EINVAL, INVALID),
    VIOMMU_OTHER_SMMU(EINVAL, INVALID),
    VDEVICE_OTHER_SMMU(EINVAL, INVALID),
    VDEVICE_EXISTS(EEXIST, CONFLICT),
    VIRT_ID_TAKEN(EEXIST, CONFLICT),
    VDEVICE_STREAMS_UNSUPPORTED(EOPNOTSUPP, UNSUPPORTED),
    VEVENTQ_TYPE_UNSUPPORTED(EOPNOTSUPP, UNSUPPORTED),
    VEVENTQ_DEPTH_INVALID(EINVAL, INVALID),
    VEVENTQ_EXISTS(EEXIST, CONFLICT),
    READ_COUNT_INVALID(EINVAL, INVALID),
    RESPONSE_CODE_INVALID(EINVAL, INVALID),
    RESPONSE_COOKIE_UNKNOWN(EINVAL, INVALID),

    // Invalidation
    INVALIDATE_ENTRIES_INVALID(EINVAL, INVALID),
    INVALIDATE_NOT_FOUND(ENOENT, MISSING),
    INVALIDATE_TARGET_INVALID(EINVAL, INVALID),
    INVALIDATE_NESTED_UNSUPPORTED(EOPNOTSUPP, UNSUPPORTED),
    INVALIDATE_TYPE_INVALID(EINVAL, INVALID),
    INVALIDATE_ENTRY_TOO_LONG(E2BIG, INVALID),
    INVALIDATE_OPCODE(EIO, INVALID),
    INVALIDATE_STREAM_UNKNOWN(EIO, INVALID),

    // Bind
    BIND_NOT_COHERENT(EINVAL, INVALID),
    BIND_NOT_TRANSLATED(ENODEV, INVALID),
    BIND_MSI_NOT_ISOLATED(EPERM, FORBIDDEN),
    BIND_ALREADY(EINVAL, CONFLICT),
    BIND_GROUP_ELSEWHERE(EPERM, FORBIDDEN),
    BIND_NEEDS_DIRECT(EINVAL, INVALID),

    // The kernel's test driver
    SELFTEST_HOST_REQUIRED(ENOTTY, UNSUPPORTED),
    MOCK_KIND_INVALID(EINVAL, INVALID),
    MOCK_DEVICES_EXHAUSTED(ENOMEM, EXHAUSTED),
    MOCK_DEVICE_NOT_FOUND(ENOENT, MISSING),
    MOCK_NOT_ATTACHED(EINVAL, CONFLICT),
    MOCK_RANGE_INVALID(EINVAL, INVALID),
    MOCK_MAP_DIFFERS(EINVAL, CONFLICT),
    MOCK_DIRTY_RANGE_INVALID(EINVAL, INVALID),
    MOCK_DIRTY_OFF(EINVAL, CONFLICT),
    MOCK_PASID_FAULT(ENOMEM, EXHAUSTED),
    MOCK_PASID_ELSEWHERE(EINVAL, CONFLICT),
    MOCK_WITHOUT_ACCESS(EOPNOTSUPP, UNSUPPORTED),

    // Attach
    ATTACHMENT_NOT_FOUND(ENOENT, MISSING),
    ATTACH_PT_MISSING(ENOENT, INVALID),
    ATTACH_PT_INVALID(EINVAL, INVALID),
    ATTACH_GROUP_ELSEWHERE(EINVAL, CONFLICT),
    ATTACH_OTHER_SMMU(EINVAL, INVALID),
    ATTACH_COHERENCY(EINVAL, INVALID),
    ATTACH_DIRTY_UNSUPPORTED(EINVAL, INVALID),
    ATTACH_NO_VDEVICE(ENOENT, CONFLICT),
    ATTACH_FAULT_VF(EINVAL, INVALID),
    ATTACH_PASIDS_IN_USE(EBUSY, CONFLICT),
    ATTACH_PASID_INCOMPATIBLE(EINVAL, INVALID),
    PASID_TOO_LARGE(ENOSPC, INVALID),
    PASID_ZERO(EBUSY, CONFLICT),
    PASID_ATTACHED(EBUSY, CONFLICT),
    PASID_NOT_ATTACHED(EINVAL, CONFLICT),
    PASID_HWPT_INCOMPATIBLE(EINVAL, INVALID),
    PASID_REQUESTER_INCOMPATIBLE(EINVAL, CONFLICT),
    PASID_UNSUPPORTED(EINVAL, INVALID),
    ATTACH_CMDQV_ONE_COPY(EADDRINUSE, CONFLICT),
    DETACH_VECTORS_ACTIVE(EBUSY, CONFLICT),
    REPLACE_MODE_SWITCH(EBUSY, CONFLICT),

    // Direct MSI
    TARGET_AMBIGUOUS(EINVAL, INVALID),
    TARGET_NO_MSI(ENODEV, INVALID),
    TARGET_UNSUPPORTED(EOPNOTSUPP, UNSUPPORTED),
    TARGET_FRAME_NOT_ALIGNED(EINVAL, INVALID),
    TARGET_NOT_CONGRUENT(EINVAL, INVALID),
    TARGET_OUT_OF_RANGE(ERANGE, INVALID),
    TARGET_PAGE_MAPPED(EADDRINUSE, CONFLICT),
    TARGET_NOT_SET(ENOENT, CONFLICT),
    TARGET_NOT_FOUND(ENOENT, MISSING),
    TARGET_BUSY(EBUSY, CONFLICT),
    TARGET_CONTRADICTS(EINVAL, INVALID),
    VECTOR_INDEX_INVALID(EINVAL, INVALID),
    VECTOR_NO_CAPABILITY(ENODEV, INVALID),
    VECTOR_OFFSET_INVALID(EINVAL, INVALID),
    VECTOR_ADDRESS_TOO_WIDE(ERANGE, INVALID),
    VECTOR_BLOCK_ADDRESS(EINVAL, INVALID),
    VECTOR_BLOCK_ENABLE(EINVAL, INVALID),
    VECTOR_NOT_ATTACHED(EINVAL, CONFLICT),
    VECTOR_NOT_STAGED(ENOENT, CONFLICT),
    VECTOR_ACTIVE(EBUSY, CONFLICT),
    VECTOR_DUPLICATE(EINVAL, INVALID),
    EVENT_IDS_EXHAUSTED(ENOSPC, EXHAUSTED),

    // VFIO_DEVICE_SET_IRQS
    IRQ_RANGE_INVALID(EINVAL, INVALID),
    IRQ_COUNT_ZERO(ERANGE, INVALID),
    IRQ_OTHER_TYPE(EINVAL, CONFLICT),
    IRQ_NOT_RESIZABLE(EINVAL, CONFLICT),
    IRQ_ALREADY_ACTIVE(EBUSY, CONFLICT),
    IRQ_UNOBTAINABLE(ENOSPC, EXHAUSTED),

    // Memory
    REGION_NOT_ALIGNED(EINVAL, INVALID),
    REGION_EXISTS(EEXIST, CONFLICT),
    REGION_TOO_LARGE(ENOMEM, EXHAUSTED),
    REGION_NOT_FOUND(ENOENT, MISSING),
    REGION_PINNED(EBUSY, CONFLICT),
    MEMORY_OUTSIDE(EFAULT, INVALID),
    MEMORY_READ_ONLY(EFAULT, INVALID),
    FILE_NOT_FOUND(ENOENT, MISSING),
    FILE_IN_USE(EBUSY, CONFLICT),
    FILE_SIZE_INVALID(EINVAL, INVALID),
    STAGE1_INVALID(EINVAL, INVALID),
    STAGE1_NOT_MAPPED(EFAULT, INVALID),

    // What a device does
    DMA_LENGTH_INVALID(EINVAL, INVALID),
    DMA_DATA_MISMATCH(EINVAL, INVALID),
    WRITE_AMBIGUOUS(EINVAL, INVALID),
    HW_INFO_TYPE_UNSUPPORTED(EOPNOTSUPP, UNSUPPORTED),
    IRQ_TYPE_INVALID(EINVAL, INVALID),
    COMPAT_IOAS_NOT_FOUND(ENODEV, CONFLICT);

    private static final Pattern PLACE = Pattern.compile("\\{(\\w+)}");

    private final Errno errno;
    private final Kind kind;

    Reason(Errno errno, Kind kind) {
        this.errno = errno;
        this.kind = kind;
    }

    public Errno errno() {
        return errno;
    }

    public Kind kind() {
        return kind;
    }

    /** What is wrong, in general. */
    public String title() {
        return Texts.of(this, "title");
    }

    /** The sentence about one case, with the names of its values in braces. */
    public String template() {
        return Texts.of(this, "detail");
    }

    /** What to do about it. */
    public String remedy() {
        return Texts.of(this, "remedy");
    }

    /** Its address below /problems: {@code iova-already-mapped}. */
    public String slug() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /**
     * A refusal for this reason.
     *
     * @param namesAndValues the values that the rule saw, each after its name; a Long is a 64-bit
     *     quantity and shown in hex, an Integer is a count or an id
     */
    public Rejection refusal(Object... namesAndValues) {
        var params = new LinkedHashMap<String, Object>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            params.put((String) namesAndValues[i], namesAndValues[i + 1]);
        }
        return new Rejection(this, params);
    }

    String detail(Map<String, Object> params) {
        return PLACE.matcher(template())
                .replaceAll(match -> {
                    Object value = params.get(match.group(1));
                    return Matcher.quoteReplacement(value == null ? match.group() : text(value));
                });
    }

    private static String text(Object value) {
        return value instanceof Long number ? Address.hex(number) : value.toString();
    }

    /** The texts, read once; a missing one stops the start. */
    private static final class Texts {

        private static final Properties ALL = read();

        static String of(Reason reason, String part) {
            String key = reason.name() + "." + part;
            return Objects.requireNonNull(
                    ALL.getProperty(key), () -> "reasons.properties lacks " + key);
        }

        private static Properties read() {
            var texts = new Properties();
            try (var stream =
                    Objects.requireNonNull(
                            Reason.class.getResourceAsStream("reasons.properties"))) {
                texts.load(new InputStreamReader(stream, StandardCharsets.UTF_8));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            return texts;
        }
    }
}

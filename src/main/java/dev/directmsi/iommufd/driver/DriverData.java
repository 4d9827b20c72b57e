package dev.directmsi.iommufd.driver;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Driver-specific data of a request, little endian as in memory.
 *
 * @param type the uAPI's data type: 0 none, 2 IOMMU_HWPT_DATA_ARM_SMMUV3
 * @param bytes the structure
 */
@SuppressWarnings("ArrayRecordComponent") // read by a rule, never compared
public record DriverData(int type, byte[] bytes) {

    public static final DriverData NONE = new DriverData(0, new byte[0]);

    /** IOMMU_HWPT_DATA_ARM_SMMUV3. */
    public static final int ARM_SMMUV3 = 2;

    /** IOMMU_HWPT_DATA_SELFTEST: {@code {u32 iotlb; u32 pagetable_type}}. */
    public static final int SELFTEST = 0xdead;

    /** Two qwords of a guest's stream table entry. */
    public static DriverData ofSte(long word0, long word1) {
        return new DriverData(
                ARM_SMMUV3,
                ByteBuffer.allocate(16)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .putLong(word0)
                        .putLong(word1)
                        .array());
    }

    public int length() {
        return bytes.length;
    }

    /** A 32-bit word, with zeros for what is not there, as the kernel copies a short structure. */
    int half(int index) {
        int end = (index + 1) * Integer.BYTES;
        return ByteBuffer.wrap(Arrays.copyOf(bytes, Math.max(end, bytes.length)))
                .order(ByteOrder.LITTLE_ENDIAN)
                .getInt(index * Integer.BYTES);
    }

    long word(int index) {
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getLong(index * 8);
    }
}

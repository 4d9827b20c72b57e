package dev.directmsi.iommufd.driver;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * A list of structures of one size, as a request has it, little endian (kernel: {@code
 * iommu_user_data_array}).
 *
 * @param type the uAPI's type of the structures
 * @param count how many, 0 to 2^19
 * @param entryLength bytes of each, 1 to a page; meaningless with a count of 0
 * @param bytes all of them
 */
@SuppressWarnings("ArrayRecordComponent") // read by a rule, never compared
public record UserArray(int type, long count, long entryLength, byte[] bytes) {

    /** IOMMU_VIOMMU_INVALIDATE_DATA_ARM_SMMUV3: commands of two qwords. */
    public static final int ARM_SMMUV3 = 1;

    /** IOMMU_HWPT_INVALIDATE_DATA_SELFTEST, and the same for a vIOMMU. */
    public static final int SELFTEST = 0xdead_beef;

    /** Whether bytes of some entry beyond {@code known} are not zero. */
    boolean hasMoreThan(int known) {
        for (long at = 0; at < count * entryLength; at++) {
            if (at % entryLength >= known && bytes[(int) at] != 0) {
                return true;
            }
        }
        return false;
    }

    /** The first {@code length} bytes of an entry, with zeros for those it does not have. */
    ByteBuffer entry(int index, int length) {
        var padded = new byte[length];
        int given = (int) Math.min(entryLength, length);
        System.arraycopy(bytes, (int) (index * entryLength), padded, 0, given);
        return ByteBuffer.wrap(padded).order(ByteOrder.LITTLE_ENDIAN);
    }
}

package dev.directmsi.hardware.smmu;

/**
 * The identity of a requester at an SMMU: the index into its stream table.
 *
 * @param value unsigned 32-bit (IHI 0070, 3.2)
 */
public record StreamId(int value) implements Comparable<StreamId> {

    @Override
    public int compareTo(StreamId other) {
        return Integer.compareUnsigned(value, other.value);
    }

    @Override
    public String toString() {
        return "0x" + Integer.toHexString(value);
    }
}

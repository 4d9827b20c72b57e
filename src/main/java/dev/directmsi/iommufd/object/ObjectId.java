package dev.directmsi.iommufd.object;

/**
 * The id of an object: per context, lowest free from 1, one space for all types, reused after
 * destroy.
 *
 * @param value 32-bit; valid ids are 1 to 2^31 − 1, anything else finds nothing
 */
public record ObjectId(int value) implements Comparable<ObjectId> {

    @Override
    public int compareTo(ObjectId other) {
        return Integer.compareUnsigned(value, other.value);
    }

    @Override
    public String toString() {
        return Integer.toUnsignedString(value);
    }
}

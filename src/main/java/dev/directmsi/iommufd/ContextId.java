package dev.directmsi.iommufd;

/** A context: what opening {@code /dev/iommu} gives. From a sequence, never reused. */
public record ContextId(long value) {

    @Override
    public String toString() {
        return Long.toString(value);
    }
}

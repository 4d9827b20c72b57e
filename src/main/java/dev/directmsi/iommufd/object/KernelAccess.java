package dev.directmsi.iommufd.object;

import dev.directmsi.address.AddressRange;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Through which a driver in the kernel reads, writes and pins what an IOAS maps (kernel: {@code
 * iommufd_access}). A hardware queue has one of which nobody is told, and so has each access of the
 * kernel's test driver.
 *
 * @param ioas the IOAS it works on, which it holds
 * @param pinning whether it may pin; then the IOAS is aligned to whole pages
 * @param hwQueue the hardware queue that it belongs to, whose pins lock the mappings; null for the
 *     test driver's, which lets go when asked
 * @param pins what it holds pinned, in the order of their numbers
 * @param nextPin number of the next pin; they count from 0 and do not come again
 */
public record KernelAccess(
        ObjectId id,
        long createdRevision,
        ObjectId ioas,
        boolean pinning,
        @Nullable ObjectId hwQueue,
        List<Pin> pins,
        int nextPin)
        implements IommufdObject {

    /** What one call pinned: all of it was mapped then, and stays so until the pin goes. */
    public record Pin(int number, AddressRange range) {}

    public KernelAccess {
        pins = List.copyOf(pins);
    }

    /** Whether unmapping what it pins is refused instead of asking it to let go. */
    public boolean isLocking() {
        return hwQueue != null;
    }

    /** Whether something of {@code range} is pinned. */
    public boolean pins(AddressRange range) {
        return pins.stream().anyMatch(pin -> pin.range().overlaps(range));
    }

    public KernelAccess withPin(AddressRange range) {
        var more = new java.util.ArrayList<>(pins);
        more.add(new Pin(nextPin, range));
        return new KernelAccess(id, createdRevision, ioas, pinning, hwQueue, more, nextPin + 1);
    }

    public KernelAccess withoutPins(java.util.function.Predicate<Pin> gone) {
        return new KernelAccess(
                id,
                createdRevision,
                ioas,
                pinning,
                hwQueue,
                pins.stream().filter(gone.negate()).toList(),
                nextPin);
    }

    /** On another IOAS, with nothing pinned. */
    public KernelAccess withIoas(ObjectId other) {
        return new KernelAccess(id, createdRevision, other, pinning, hwQueue, List.of(), nextPin);
    }
}

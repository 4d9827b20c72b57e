package dev.directmsi.hardware.smmu;

import dev.directmsi.address.AddressRange;
import dev.directmsi.address.PhysAddr;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;

/** Memory in one range, zero until written. */
final class SparseMemory implements PhysicalMemory {

    private final AddressRange ram;
    private final Map<Long, Long> words = new HashMap<>();

    SparseMemory(AddressRange ram) {
        this.ram = ram;
    }

    void write64(PhysAddr address, long word) {
        if (!isRam(address)) {
            throw new IllegalArgumentException("no memory at " + address);
        }
        words.put(address.value(), word);
    }

    @Override
    public OptionalLong read64(PhysAddr address) {
        return isRam(address)
                ? OptionalLong.of(words.getOrDefault(address.value(), 0L))
                : OptionalLong.empty();
    }

    @Override
    public boolean isRam(PhysAddr address) {
        return ram.contains(address.value());
    }
}

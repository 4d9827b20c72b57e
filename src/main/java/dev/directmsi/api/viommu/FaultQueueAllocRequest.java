package dev.directmsi.api.viommu;

import dev.directmsi.api.wire.Flags;
import dev.directmsi.iommufd.command.AllocFaultQueue;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Allocates a fault queue.
///
/// @param flags none is known
record FaultQueueAllocRequest(@Nullable Flags flags) {

    static final FaultQueueAllocRequest EMPTY = new FaultQueueAllocRequest(null);

    AllocFaultQueue toCommand() {
        return new AllocFaultQueue(
                flags == null ? 0 : Integer.toUnsignedLong(flags.bits("flags", Map.of())));
    }
}

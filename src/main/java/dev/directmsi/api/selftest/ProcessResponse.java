package dev.directmsi.api.selftest;

import dev.directmsi.api.wire.U64;
import dev.directmsi.iommufd.object.VmmProcess;
import java.util.List;

/// The process behind the context.
///
/// @param memlockLimit bytes that it may have pinned without CAP_IPC_LOCK
/// @param capabilities what it still has
record ProcessResponse(U64 memlockLimit, List<VmmProcess.Capability> capabilities) {

    static ProcessResponse of(VmmProcess process) {
        return new ProcessResponse(new U64(process.memlockLimit()), process.capabilities());
    }
}

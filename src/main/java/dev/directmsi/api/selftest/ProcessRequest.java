package dev.directmsi.api.selftest;

import dev.directmsi.api.wire.U32;
import dev.directmsi.api.wire.U64;
import dev.directmsi.iommufd.command.SetProcess;
import dev.directmsi.iommufd.object.VmmProcess;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What the process behind the context does to itself.
///
/// @param memlockLimit RLIMIT_MEMLOCK in bytes; absent to leave it
/// @param dropCapabilities gone for ever
/// @param temporaryMemoryLimit bytes that a batch of pages may take in the kernel, at least 12;
///   shows nowhere
record ProcessRequest(
        @Nullable U64 memlockLimit,
        @Nullable Set<VmmProcess.Capability> dropCapabilities,
        @Nullable U32 temporaryMemoryLimit) {

    SetProcess toCommand() {
        return new SetProcess(
                memlockLimit == null ? null : memlockLimit.value(),
                dropCapabilities == null ? Set.of() : dropCapabilities,
                temporaryMemoryLimit == null ? null : temporaryMemoryLimit.unsigned());
    }
}

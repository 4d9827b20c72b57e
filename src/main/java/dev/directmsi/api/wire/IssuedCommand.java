package dev.directmsi.api.wire;

import dev.directmsi.hardware.smmu.SmmuCommand;
import dev.directmsi.hardware.smmu.Vmid;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A command that an SMMU was given, because an operation made it forget something (IHI 0070, 4).
///
/// @param smmu which one
/// @param opcode `TLBI_S2_IPA`, `CFGI_STE`, …, and `SYNC` after them
/// @param vmid whose translations
/// @param asid whose translations
/// @param sid whose configuration, or whose translation cache
/// @param address VA or IPA, by the opcode
public record IssuedCommand(
        String smmu,
        SmmuCommand.Opcode opcode,
        @Nullable U32 vmid,
        @Nullable U32 asid,
        @Nullable U64 sid,
        @Nullable U64 address) {

    public static IssuedCommand of(SmmuCommand command) {
        Vmid vmid = command.vmid();
        return new IssuedCommand(
                command.smmu(),
                command.opcode(),
                vmid == null ? null : new U32(vmid.value()),
                command.asid() == null ? null : new U32(command.asid()),
                command.streamId() == null
                        ? null
                        : new U64(Integer.toUnsignedLong(command.streamId().value())),
                command.address() == null ? null : new U64(command.address()));
    }

    public static List<IssuedCommand> of(List<SmmuCommand> commands) {
        return commands.stream().map(IssuedCommand::of).toList();
    }
}

package dev.directmsi.api.device;

import dev.directmsi.api.wire.IssuedCommand;
import java.util.List;

/// The target is gone.
///
/// @param smmuCommands what the SMMU was told to forget
record TargetClearedResponse(List<IssuedCommand> smmuCommands) {}

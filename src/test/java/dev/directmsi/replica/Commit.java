package dev.directmsi.replica;

import dev.directmsi.iommufd.Change;
import dev.directmsi.iommufd.Claim;
import java.util.List;
import java.util.Set;

/// A commit as the log has it, and what was found to explain it.
///
/// @param order in which the log was written, over all contexts: who takes a claim writes later
///   than who released it
/// @param cause the operation
/// @param believed what its replica must have thought that other contexts hold
record Commit(
        long order, long revision, Observed cause, List<Change> changes, Set<Claim> believed) {}

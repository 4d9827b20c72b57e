package dev.directmsi.vmm;

/// A guest's SMMU.
///
/// @param smmu the one of the host that it stands on
/// @param nestParent stage 2 below it; all vSMMUs have the same in direct mode
/// @param eventQueue what the guest is told
record VirtualSmmu(String smmu, long viommu, long nestParent, long eventQueue) {}

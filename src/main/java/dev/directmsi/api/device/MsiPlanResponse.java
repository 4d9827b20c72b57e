package dev.directmsi.api.device;

import dev.directmsi.api.http.Problem;
import dev.directmsi.api.wire.Range;
import dev.directmsi.api.wire.U32;
import dev.directmsi.iommufd.Rejection;
import dev.directmsi.iommufd.command.PlanMsi;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What direct MSI would take.
///
/// @param copies the stage-2 copies, by SMMU and ITS
/// @param demands what each SMMU has to give
/// @param conflict the first thing that would be refused
record MsiPlanResponse(
        List<PlannedCopy> copies, List<VmidDemand> demands, @Nullable PlanConflict conflict) {

    /// A stage-2 copy that is there or would be made.
    ///
    /// @param key `smmu0.its0`, `smmu0.none`
    /// @param vmid of one that is there
    /// @param members functions, with the others of their groups
    /// @param msiPages IPA pages that would lead to the ITS
    record PlannedCopy(
            String key,
            String smmu,
            @Nullable String its,
            @Nullable U32 vmid,
            List<String> members,
            List<Range> msiPages) {}

    /// VMIDs of an SMMU.
    record VmidDemand(String smmu, int vmidsNeeded, int vmidsFree) {}

    /// A refusal ahead.
    ///
    /// @param device the one it is about, absent where it is about all
    /// @param problem as the real call would answer it
    record PlanConflict(@Nullable String device, Problem problem) {}

    static MsiPlanResponse of(PlanMsi.Plan plan) {
        Rejection conflict = plan.conflict();
        return new MsiPlanResponse(
                plan.copies().stream().map(MsiPlanResponse::of).toList(),
                plan.demands().stream()
                        .map(demand ->
                                new VmidDemand(
                                        demand.smmu(), demand.vmidsNeeded(), demand.vmidsFree()))
                        .toList(),
                conflict == null
                        ? null
                        : new PlanConflict(
                                plan.conflictDevice(), Problem.of(conflict, null, null)));
    }

    private static PlannedCopy of(PlanMsi.PlannedCopy copy) {
        Integer vmid = copy.vmid();
        return new PlannedCopy(
                copy.key().toString(),
                copy.key().smmu(),
                copy.key().its(),
                vmid == null ? null : new U32(vmid),
                copy.members(),
                copy.msiPages().stream().map(Range::of).toList());
    }
}

package dev.directmsi.api;

import dev.directmsi.api.wire.Range;
import dev.directmsi.api.wire.U32;
import dev.directmsi.iommufd.Claim;
import org.jspecify.annotations.Nullable;

/// Something of a host that one context at a time can have. The properties are those of its kind.
///
/// @param kind `GROUP`, `DEVICE`, `VMID`, `ASID` or `RAM`
record ClaimResponse(
        String kind,
        @Nullable Integer group,
        @Nullable String device,
        @Nullable String smmu,
        @Nullable U32 vmid,
        @Nullable U32 asid,
        @Nullable Range range) {

    static ClaimResponse of(Claim claim) {
        return switch (claim) {
            case Claim.GroupClaim(int group) ->
                    new ClaimResponse("GROUP", group, null, null, null, null, null);
            case Claim.DeviceClaim(String function) ->
                    new ClaimResponse("DEVICE", null, function, null, null, null, null);
            case Claim.VmidClaim(String smmu, var vmid) ->
                    new ClaimResponse("VMID", null, null, smmu, new U32(vmid.value()), null, null);
            case Claim.AsidClaim(String smmu, int asid) ->
                    new ClaimResponse("ASID", null, null, smmu, null, new U32(asid), null);
            case Claim.RamClaim(var range) ->
                    new ClaimResponse("RAM", null, null, null, null, null, Range.of(range));
        };
    }
}

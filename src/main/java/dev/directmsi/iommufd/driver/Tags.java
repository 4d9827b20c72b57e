package dev.directmsi.iommufd.driver;

import static dev.directmsi.iommufd.Reason.ASIDS_EXHAUSTED;
import static dev.directmsi.iommufd.Reason.VMIDS_EXHAUSTED;

import dev.directmsi.hardware.smmu.Smmu;
import dev.directmsi.hardware.smmu.Vmid;
import dev.directmsi.iommufd.Claim;
import dev.directmsi.iommufd.ContextView;
import dev.directmsi.iommufd.object.HwptPaging;
import java.util.Collection;
import org.jspecify.annotations.Nullable;

/** The tags of page tables on an SMMU: ASIDs and VMIDs, unique over all contexts of a host. */
public final class Tags {

    private static final int ASID_LIMIT = 0xffff;

    private Tags() {}

    /**
     * The claim of a table's own tag; null for a DIRECT_MSI parent, whose copies have their own,
     * and for a table of the mock, which has none.
     */
    public static @Nullable Claim claimOf(HwptPaging hwpt) {
        if (hwpt.tag() == 0) {
            return null;
        }
        return hwpt.stage() == 2
                ? new Claim.VmidClaim(hwpt.smmu(), new Vmid(hwpt.tag()))
                : new Claim.AsidClaim(hwpt.smmu(), hwpt.tag());
    }

    /**
     * The lowest VMID of an SMMU that is neither claimed nor {@code taken} by this very decision.
     */
    public static Vmid freeVmid(ContextView context, Smmu smmu, Collection<Vmid> taken) {
        for (int vmid = 1; vmid <= smmu.vmidLimit(); vmid++) {
            var candidate = new Vmid(vmid);
            if (!context.claims().vmidTaken(smmu.name(), vmid) && !taken.contains(candidate)) {
                return candidate;
            }
        }
        throw VMIDS_EXHAUSTED.refusal("limit", smmu.vmidLimit(), "smmu", smmu.name());
    }

    static int freeAsid(ContextView context, Smmu smmu) {
        for (int asid = 1; asid <= ASID_LIMIT; asid++) {
            if (!context.claims().asidTaken(smmu.name(), asid)) {
                return asid;
            }
        }
        throw ASIDS_EXHAUSTED.refusal("limit", ASID_LIMIT, "smmu", smmu.name());
    }
}

package dev.directmsi.iommufd.command;

import static dev.directmsi.iommufd.Reason.*;

import dev.directmsi.hardware.pci.PciFunction;
import dev.directmsi.hardware.smmu.Smmu;
import dev.directmsi.hardware.smmu.StreamTableEntry;
import dev.directmsi.iommufd.Change;
import dev.directmsi.iommufd.Claim;
import dev.directmsi.iommufd.Command;
import dev.directmsi.iommufd.ContextView;
import dev.directmsi.iommufd.Decision;
import dev.directmsi.iommufd.object.Device;
import dev.directmsi.iommufd.object.FaultQueue;
import dev.directmsi.iommufd.object.HwptFlag;
import dev.directmsi.iommufd.object.HwptNested;
import dev.directmsi.iommufd.object.HwptPaging;
import dev.directmsi.iommufd.object.Ioas;
import dev.directmsi.iommufd.object.IommufdObject;
import dev.directmsi.iommufd.object.ObjectId;
import dev.directmsi.iommufd.object.Viommu;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * IOMMU_HWPT_ALLOC: a paging HWPT on an IOAS, or a nested HWPT on a vIOMMU.
 *
 * @param ptId an IOAS or a vIOMMU; a missing id is EINVAL here, not ENOENT, as in Linux
 * @param flags known flags
 * @param unknownFlags bits without a name, refused at the kernel's rung
 * @param faultId used only with FAULT_ID_VALID
 */
public record AllocHwpt(
        ObjectId devId,
        ObjectId ptId,
        Set<HwptFlag> flags,
        long unknownFlags,
        DriverData data,
        @Nullable ObjectId faultId)
        implements Command<IommufdObject> {

    private static final Set<HwptFlag> NESTED_FLAGS =
            EnumSet.of(HwptFlag.FAULT_ID_VALID, HwptFlag.PASID);

    @Override
    public String ioctl() {
        return "IOMMU_HWPT_ALLOC";
    }

    @Override
    public Decision<IommufdObject> decide(ContextView context) {
        if ((data.type() == 0) != (data.length() == 0)) {
            throw HWPT_DATA_MISMATCH.refusal("dataType", data.type(), "length", data.length());
        }
        Device device = context.require(devId, Device.class, DEVICE_MISSING);
        Optional<IommufdObject> target = context.find(ptId);
        if (target.isEmpty()) {
            throw HWPT_PT_INVALID.refusal("id", ptId, "type", "there is no such object");
        }
        return switch (target.get()) {
            case Ioas ioas -> paging(context, device, ioas);
            case Viommu viommu -> nested(context, device, viommu);
            case HwptPaging parent ->
                    throw HWPT_DATA_UNSUPPORTED.refusal(
                            "problem",
                            "the SMMUv3 nests on a vIOMMU, not directly on HWPT " + parent.id());
            case IommufdObject other ->
                    throw HWPT_PT_INVALID.refusal("id", ptId, "type", Types.of(other));
        };
    }

    private Decision<IommufdObject> paging(ContextView context, Device device, Ioas ioas) {
        Smmu smmu = context.smmuOf(device);
        if (unknownFlags != 0) {
            throw FLAGS_UNSUPPORTED.refusal("flags", unknownFlags);
        }
        if (flags.contains(HwptFlag.DIRTY_TRACKING) && (smmu.httu() < 2 || !smmu.coherent())) {
            throw HWPT_DIRTY_UNSUPPORTED.refusal("smmu", smmu.name(), "httu", smmu.httu());
        }
        if (flags.contains(HwptFlag.FAULT_ID_VALID) && flags.contains(HwptFlag.NEST_PARENT)) {
            throw unsupported("a nest parent has no fault queue");
        }
        if (data.length() > 0) {
            throw HWPT_DATA_UNSUPPORTED.refusal(
                    "problem", "a paging HWPT of the SMMUv3 takes no data");
        }
        if (flags.contains(HwptFlag.DIRECT_MSI) && !flags.contains(HwptFlag.NEST_PARENT)) {
            throw unsupported("DIRECT_MSI goes with NEST_PARENT");
        }
        if (flags.contains(HwptFlag.NEST_PARENT)) {
            if (flags.contains(HwptFlag.DIRTY_TRACKING) || flags.contains(HwptFlag.PASID)) {
                throw unsupported("a nest parent tracks no dirty pages and takes no PASIDs");
            }
            if (!smmu.nesting()) {
                throw HWPT_NESTING_UNSUPPORTED.refusal("smmu", smmu.name());
            }
        }
        PciFunction function = context.function(device);
        HwptPaging hwpt =
                Tables.make(
                        context,
                        NewObjects.id(context),
                        ioas.id(),
                        smmu,
                        flags,
                        false,
                        function.canwbs(),
                        faultQueue());
        Tables.checkAdding(context, ioas.id(), smmu.name(), hwpt.granule(), hwpt.aperture());
        checkFaultQueue(context);
        List<Change> changes = new ArrayList<>();
        Claim tag = Tables.tagClaim(hwpt);
        if (tag != null) {
            changes.add(new Change.ResourceClaimed(tag));
        }
        changes.add(new Change.ObjectCreated(hwpt));
        return Decision.of(hwpt, changes);
    }

    private Decision<IommufdObject> nested(ContextView context, Device device, Viommu viommu) {
        Smmu smmu = context.smmuOf(device);
        if (!smmu.name().equals(viommu.smmu())) {
            throw HWPT_OTHER_SMMU.refusal(
                    "devId",
                    devId,
                    "smmu",
                    smmu.name(),
                    "viommuId",
                    viommu.id(),
                    "viommuSmmu",
                    viommu.smmu());
        }
        if (unknownFlags != 0) {
            throw FLAGS_UNSUPPORTED.refusal("flags", unknownFlags);
        }
        if (!NESTED_FLAGS.containsAll(flags)) {
            throw unsupported("a nested HWPT takes FAULT_ID_VALID only");
        }
        if (data.length() == 0) {
            throw HWPT_DATA_UNSUPPORTED.refusal("problem", "a nested HWPT needs the guest's STE");
        }
        if (flags.contains(HwptFlag.PASID)) {
            throw unsupported("the SMMUv3 keeps PASIDs of a guest in the guest's tables");
        }
        if (data.type() != DriverData.ARM_SMMUV3 || data.length() != 16) {
            throw HWPT_DATA_INVALID.refusal("dataType", data.type(), "length", data.length());
        }
        long ste0 = data.word(0);
        long ste1 = data.word(1);
        checkSte(ste0, ste1);
        checkFaultQueue(context);
        var hwpt =
                new HwptNested(
                        NewObjects.id(context),
                        context.nextRevision(),
                        viommu.id(),
                        viommu.parent(),
                        ste0,
                        ste1,
                        faultQueue());
        return Decision.of(hwpt, new Change.ObjectCreated(hwpt));
    }

    /**
     * The guest may set stage-1 fields only; with V clear anything goes (kernel: {@code
     * arm_smmu_validate_vste}).
     */
    private static void checkSte(long ste0, long ste1) {
        if ((ste0 & 1) == 0) {
            return;
        }
        if ((ste0 & ~StreamTableEntry.GUEST_Q0) != 0) {
            throw STE_BITS_INVALID.refusal(
                    "word", 0, "value", ste0, "allowed", StreamTableEntry.GUEST_Q0);
        }
        if ((ste1 & ~StreamTableEntry.GUEST_Q1) != 0) {
            throw STE_BITS_INVALID.refusal(
                    "word", 1, "value", ste1, "allowed", StreamTableEntry.GUEST_Q1);
        }
        int config = (int) (ste0 >>> 1 & 7);
        if (config != 0 && config != 4 && config != 5) {
            throw STE_CONFIG_INVALID.refusal("config", config);
        }
        int eats = (int) (ste1 >>> 28 & 3);
        if (eats > 1) {
            throw STE_EATS_INVALID.refusal("eats", eats);
        }
    }

    private @Nullable ObjectId faultQueue() {
        return flags.contains(HwptFlag.FAULT_ID_VALID) ? faultId : null;
    }

    /** Checked last: the kernel builds the HWPT and discards it again. */
    private void checkFaultQueue(ContextView context) {
        if (flags.contains(HwptFlag.FAULT_ID_VALID)) {
            context.require(
                    faultId == null ? new ObjectId(0) : faultId,
                    FaultQueue.class,
                    FAULT_QUEUE_MISSING);
        }
    }

    private RuntimeException unsupported(String problem) {
        return HWPT_FLAGS_UNSUPPORTED.refusal(
                "flags", flags.stream().sorted().toList().toString(), "problem", problem);
    }
}

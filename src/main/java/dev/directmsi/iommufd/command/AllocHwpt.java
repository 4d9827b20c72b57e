package dev.directmsi.iommufd.command;

import static dev.directmsi.iommufd.Reason.*;

import dev.directmsi.hardware.pci.PciFunction;
import dev.directmsi.iommufd.Change;
import dev.directmsi.iommufd.Claim;
import dev.directmsi.iommufd.Command;
import dev.directmsi.iommufd.ContextView;
import dev.directmsi.iommufd.Decision;
import dev.directmsi.iommufd.driver.DriverData;
import dev.directmsi.iommufd.driver.GuestTable;
import dev.directmsi.iommufd.driver.IommuDriver;
import dev.directmsi.iommufd.driver.TableShape;
import dev.directmsi.iommufd.driver.Tags;
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
            case HwptPaging parent -> nestedOn(context, device, parent);
            case IommufdObject other ->
                    throw HWPT_PT_INVALID.refusal("id", ptId, "type", Types.of(other));
        };
    }

    private Decision<IommufdObject> paging(ContextView context, Device device, Ioas ioas) {
        IommuDriver driver = IommuDriver.of(context, device);
        PciFunction function = context.function(device);
        if (unknownFlags != 0) {
            throw FLAGS_UNSUPPORTED.refusal("flags", unknownFlags);
        }
        if (flags.contains(HwptFlag.DIRTY_TRACKING) && !driver.tracksDirtyPages(function)) {
            throw HWPT_DIRTY_UNSUPPORTED.refusal(
                    "iommu", driver.iommu(), "device", function.name());
        }
        if (flags.contains(HwptFlag.FAULT_ID_VALID) && flags.contains(HwptFlag.NEST_PARENT)) {
            throw unsupported("a nest parent has no fault queue");
        }
        TableShape shape = driver.shape(function, driverFlags(), data);
        HwptPaging hwpt =
                Tables.make(
                        context,
                        NewObjects.id(context),
                        ioas.id(),
                        driver.iommu(),
                        shape,
                        flags,
                        false,
                        faultQueue());
        Tables.checkAdding(context, ioas.id(), driver.iommu(), hwpt.granule(), hwpt.aperture());
        checkFaultQueue(context);
        List<Change> changes = new ArrayList<>();
        Claim tag = Tags.claimOf(hwpt);
        if (tag != null) {
            changes.add(new Change.ResourceClaimed(tag));
        }
        changes.add(new Change.ObjectCreated(hwpt));
        return Decision.of(hwpt, changes);
    }

    /** Directly on a paging HWPT: iommufd's checks, then the driver's. */
    private Decision<IommufdObject> nestedOn(
            ContextView context, Device device, HwptPaging parent) {
        IommuDriver driver = IommuDriver.of(context, device);
        checkNestedFlags();
        if (!driver.nestsOnTables()) {
            throw HWPT_DATA_UNSUPPORTED.refusal(
                    "problem", "the SMMUv3 nests on a vIOMMU, not directly on HWPT " + parent.id());
        }
        if (!parent.isNestParent()) {
            throw HWPT_PT_INVALID.refusal(
                    "id", ptId, "type", "it is a page table without NEST_PARENT");
        }
        return nested(context, driver, parent.id(), null);
    }

    private Decision<IommufdObject> nested(ContextView context, Device device, Viommu viommu) {
        IommuDriver driver = IommuDriver.of(context, device);
        if (!driver.iommu().equals(viommu.smmu())) {
            throw HWPT_OTHER_SMMU.refusal(
                    "devId",
                    devId,
                    "smmu",
                    driver.iommu(),
                    "viommuId",
                    viommu.id(),
                    "viommuSmmu",
                    viommu.smmu());
        }
        checkNestedFlags();
        return nested(context, driver, viommu.parent(), viommu.id());
    }

    private void checkNestedFlags() {
        if (unknownFlags != 0) {
            throw FLAGS_UNSUPPORTED.refusal("flags", unknownFlags);
        }
        if (!NESTED_FLAGS.containsAll(flags)) {
            throw unsupported("a nested HWPT takes FAULT_ID_VALID and PASID only");
        }
        if (data.length() == 0) {
            throw HWPT_DATA_UNSUPPORTED.refusal("problem", "a nested HWPT needs the guest's data");
        }
    }

    private Decision<IommufdObject> nested(
            ContextView context, IommuDriver driver, ObjectId parent, @Nullable ObjectId viommu) {
        GuestTable table = driver.guestTable(driverFlags(), data);
        checkFaultQueue(context);
        var hwpt =
                new HwptNested(
                        NewObjects.id(context),
                        context.nextRevision(),
                        viommu,
                        parent,
                        table.word0(),
                        table.word1(),
                        flags.contains(HwptFlag.PASID),
                        faultQueue());
        return Decision.of(hwpt, new Change.ObjectCreated(hwpt));
    }

    /** FAULT_ID_VALID is iommufd's own. */
    private Set<HwptFlag> driverFlags() {
        Set<HwptFlag> rest = EnumSet.noneOf(HwptFlag.class);
        rest.addAll(flags);
        rest.remove(HwptFlag.FAULT_ID_VALID);
        return rest;
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

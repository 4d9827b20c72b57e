package dev.directmsi.iommufd.command;

import static dev.directmsi.iommufd.Reason.*;

import dev.directmsi.address.AddressRange;
import dev.directmsi.address.Ipa;
import dev.directmsi.hardware.its.Its;
import dev.directmsi.hardware.pci.PciFunction;
import dev.directmsi.hardware.smmu.SmmuCommand;
import dev.directmsi.iommufd.Change;
import dev.directmsi.iommufd.Command;
import dev.directmsi.iommufd.ContextView;
import dev.directmsi.iommufd.CopyState;
import dev.directmsi.iommufd.Decision;
import dev.directmsi.iommufd.MsiPage;
import dev.directmsi.iommufd.driver.TlbInvalidation;
import dev.directmsi.iommufd.object.Device;
import dev.directmsi.iommufd.object.HwptPaging;
import dev.directmsi.iommufd.object.ObjectId;
import dev.directmsi.msi.MsiTarget;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The proposal, step 1: "this IPA is the MSI target of this device". Stored on any bound device; in
 * force while it is attached to a DIRECT_MSI parent, whose copy then leads the page to the device's
 * real ITS. Exactly one of the two parameters is given.
 *
 * @param frameBase base of the guest's ITS, 64 KiB aligned
 * @param doorbell the register that the device writes
 */
public record SetMsiTarget(ObjectId devId, @Nullable Ipa frameBase, @Nullable Ipa doorbell)
        implements Command<SetMsiTarget.TargetSet> {

    /**
     * The target and what it leads to.
     *
     * @param ipaPage the page in the guest's physical space
     * @param itsPage the physical page of GITS_TRANSLATER
     * @param effective whether a stage-2 copy maps it now
     */
    public record TargetSet(
            MsiTarget target,
            AddressRange ipaPage,
            Its its,
            AddressRange itsPage,
            boolean effective,
            List<SmmuCommand> smmuCommands) {}

    @Override
    public String ioctl() {
        return "SET_MSI_TARGET";
    }

    @Override
    public Decision<TargetSet> decide(ContextView context) {
        Device device = context.require(devId, Device.class, DEVICE_NOT_FOUND);
        MsiTarget target = MsiTargets.parse(frameBase, doorbell);
        return decide(context, device, target);
    }

    /** The rule, also for a target that comes with a vector. */
    static Decision.Accepted<TargetSet> decide(
            ContextView context, Device device, MsiTarget target) {
        PciFunction function = context.function(device);
        MsiTargets.check(context, function, target);
        MsiTarget before = device.target();
        if (before != null && before.doorbell().equals(target.doorbell())) {
            return Decision.of(describe(context, device, before, List.of()));
        }
        int active = MsiTargets.activeVectors(context, device);
        if (before != null && active > 0) {
            throw TARGET_BUSY.refusal(
                    "devId", device.id(), "count", active, "doorbell", before.doorbell().value());
        }
        Optional<HwptPaging> parent =
                Attachments.pagingOf(context, device).filter(HwptPaging::isDirect);
        parent.ifPresent(
                hwpt -> MsiTargets.checkFree(context, device, target, hwpt, List.of(device)));
        List<SmmuCommand> commands =
                parent.isPresent() && before != null
                        ? withdrawal(context, device, parent.get(), before)
                        : List.of();
        Device after = device.withTarget(target);
        return Decision.of(
                describe(context, device, target, commands),
                List.of(new Change.ObjectReplaced(device, after)));
    }

    /**
     * What the SMMU forgets when a device no longer demands a page; nothing while others still do.
     */
    static List<SmmuCommand> withdrawal(
            ContextView context, Device device, HwptPaging parent, MsiTarget target) {
        AddressRange page = MsiTargets.pageOf(context, context.smmuOf(device), target);
        for (CopyState copy : context.relations().copiesOf(parent.id()).values()) {
            MsiPage mapped = copy.msiPages().get(page.first());
            if (mapped != null && mapped.demanders().equals(List.of(device.function()))) {
                return TlbInvalidation.ofMsiPage(context, copy, page);
            }
        }
        return List.of();
    }

    /** A target with what follows for a device. */
    public static TargetSet describe(
            ContextView context, Device device, MsiTarget target, List<SmmuCommand> commands) {
        PciFunction function = context.function(device);
        Its its = MsiTargets.itsOf(context, function);
        var granule = context.smmuOf(device).granuleFor(context.pageSize());
        return new TargetSet(
                target,
                granule.page(target.doorbell().value()),
                its,
                granule.page(its.doorbell().value()),
                MsiTargets.isEffective(context, device),
                commands);
    }
}

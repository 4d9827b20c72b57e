package dev.directmsi.iommufd.command;

import static dev.directmsi.iommufd.Reason.*;

import dev.directmsi.hardware.its.Its;
import dev.directmsi.hardware.pci.PciFunction;
import dev.directmsi.hardware.pci.ReservedRegion;
import dev.directmsi.hardware.smmu.Smmu;
import dev.directmsi.iommufd.Change;
import dev.directmsi.iommufd.Claim;
import dev.directmsi.iommufd.Command;
import dev.directmsi.iommufd.ContextView;
import dev.directmsi.iommufd.Decision;
import dev.directmsi.iommufd.object.Device;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/**
 * VFIO_DEVICE_BIND_IOMMUFD: gives a function to this context and claims its whole group. From here
 * on its SMMU and its ITS are known (the proposal, step 2), and its DMA is blocked until it is
 * attached.
 *
 * @param function name in the host's topology
 */
public record BindDevice(String function) implements Command<Device> {

    @Override
    public String ioctl() {
        return "VFIO_DEVICE_BIND_IOMMUFD";
    }

    @Override
    public Decision<Device> decide(ContextView context) {
        PciFunction bound =
                context.host()
                        .device(function)
                        .orElseThrow(() ->
                                DEVICE_UNKNOWN.refusal(
                                        "host", context.info().host(), "device", function));
        Optional<Device> already =
                context.all(Device.class).stream()
                        .filter(device -> device.function().equals(function))
                        .findFirst();
        if (already.isPresent()) {
            throw BIND_ALREADY.refusal(
                    "device", function, "holder", "device " + already.get().id());
        }
        if (context.claims().deviceTakenElsewhere(function)) {
            throw BIND_ALREADY.refusal("device", function, "holder", "a device of another context");
        }
        if (bound.smmu() == null) {
            throw BIND_NOT_TRANSLATED.refusal("device", function, "host", context.info().host());
        }
        Smmu smmu = context.smmu(bound.smmu());
        if (!smmu.coherent()) {
            throw BIND_NOT_COHERENT.refusal("smmu", smmu.name(), "device", function);
        }
        Optional<Its> its =
                bound.its() == null ? Optional.empty() : context.host().its(bound.its());
        if (its.isPresent() && !its.get().isolated()) {
            throw BIND_MSI_NOT_ISOLATED.refusal("its", its.get().name(), "device", function);
        }
        if (context.claims().groupTakenElsewhere(bound.group())) {
            throw BIND_GROUP_ELSEWHERE.refusal("group", bound.group(), "device", function);
        }
        bound.reserved().stream()
                .filter(region -> region.type() == ReservedRegion.Type.DIRECT)
                .findFirst()
                .ifPresent(region -> {
                    throw BIND_NEEDS_DIRECT.refusal(
                            "device",
                            function,
                            "first",
                            region.range().first(),
                            "last",
                            region.range().last());
                });
        var device =
                new Device(
                        NewObjects.id(context),
                        context.nextRevision(),
                        function,
                        bound.group(),
                        null,
                        new TreeMap<>(),
                        null,
                        null,
                        Device.IrqType.NONE,
                        0,
                        context.host().busMasterAtBind());
        List<Change> changes = new ArrayList<>();
        if (context.relations().group(bound.group()).isEmpty()) {
            changes.add(new Change.ResourceClaimed(new Claim.GroupClaim(bound.group())));
        }
        changes.add(new Change.ResourceClaimed(new Claim.DeviceClaim(function)));
        changes.add(new Change.ObjectCreated(device));
        return Decision.of(device, changes);
    }
}

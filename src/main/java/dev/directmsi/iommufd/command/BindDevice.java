package dev.directmsi.iommufd.command;

import static dev.directmsi.iommufd.Reason.*;

import dev.directmsi.hardware.its.Its;
import dev.directmsi.hardware.pci.PciFunction;
import dev.directmsi.hardware.pci.ReservedRegion;
import dev.directmsi.iommufd.Change;
import dev.directmsi.iommufd.Claim;
import dev.directmsi.iommufd.Command;
import dev.directmsi.iommufd.ContextView;
import dev.directmsi.iommufd.Decision;
import dev.directmsi.iommufd.object.Device;
import dev.directmsi.iommufd.object.MockDevice;
import dev.directmsi.iommufd.object.ObjectId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

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
        context.host()
                .smmu(bound.smmu())
                .filter(smmu -> !smmu.coherent())
                .ifPresent(smmu -> {
                    throw BIND_NOT_COHERENT.refusal("smmu", smmu.name(), "device", function);
                });
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
        Bound done = bind(context, bound);
        return Decision.of(done.device(), done.changes());
    }

    /** A device that is bound by {@code changes}. */
    record Bound(Device device, @Nullable MockDevice mock, List<Change> changes) {}

    /** Binds a function that may be bound; with the test driver its own object comes first. */
    static Bound bind(ContextView context, PciFunction function) {
        boolean mock = context.host().mock(function.smmu()).isPresent();
        List<ObjectId> ids = NewObjects.ids(context, mock ? 2 : 1);
        var device =
                new Device(
                        ids.getLast(),
                        context.nextRevision(),
                        function.name(),
                        function.group(),
                        null,
                        new TreeMap<>(),
                        null,
                        null,
                        Device.IrqType.NONE,
                        0,
                        context.host().busMasterAtBind());
        List<Change> changes = new ArrayList<>();
        if (context.relations().group(function.group()).isEmpty()) {
            changes.add(new Change.ResourceClaimed(new Claim.GroupClaim(function.group())));
        }
        changes.add(new Change.ResourceClaimed(new Claim.DeviceClaim(function.name())));
        MockDevice own = null;
        if (mock) {
            own =
                    new MockDevice(
                            ids.getFirst(),
                            context.nextRevision(),
                            device.id(),
                            Collections.nCopies(MockDevice.CACHE_WORDS, MockDevice.CACHE_DEFAULT),
                            false);
            changes.add(new Change.ObjectCreated(own));
        }
        changes.add(new Change.ObjectCreated(device));
        return new Bound(device, own, changes);
    }
}

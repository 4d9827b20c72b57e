package dev.directmsi.iommufd.command;

import static dev.directmsi.iommufd.Reason.*;

import dev.directmsi.hardware.smmu.SmmuCommand;
import dev.directmsi.iommufd.Change;
import dev.directmsi.iommufd.ContextView;
import dev.directmsi.iommufd.Decision;
import dev.directmsi.iommufd.Errno;
import dev.directmsi.iommufd.Rejection;
import dev.directmsi.iommufd.driver.DriverData;
import dev.directmsi.iommufd.driver.IommuDriver;
import dev.directmsi.iommufd.driver.TlbInvalidation;
import dev.directmsi.iommufd.object.Device;
import dev.directmsi.iommufd.object.HwptNested;
import dev.directmsi.iommufd.object.HwptPaging;
import dev.directmsi.iommufd.object.Ioas;
import dev.directmsi.iommufd.object.IommufdObject;
import dev.directmsi.iommufd.object.MockDevice;
import dev.directmsi.iommufd.object.ObjectId;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Where a PASID of a device goes: attach, replace and detach end here. As with the requester id,
 * the page table is chosen per group. No reserved regions and no MSI pages come with a PASID.
 *
 * @param pasid above 0
 * @param ptId an IOAS, which is always refused since its automatic tables take no PASIDs, or an
 *     HWPT
 * @param replaces whether it must be attached already, and moves
 */
record Pasids(ContextView context, Device device, int pasid, ObjectId ptId, boolean replaces) {

    /** The PASID for which the mock driver fakes a lack of memory, every second time. */
    private static final int FAULTY_PASID = 1024;

    Decision<AttachPasid.Attached> decide() {
        IommufdObject target =
                context.find(ptId)
                        .orElseThrow(() ->
                                ATTACH_PT_MISSING.refusal("context", context.id(), "id", ptId));
        return switch (target) {
            case HwptPaging hwpt -> to(hwpt);
            case HwptNested hwpt -> to(hwpt);
            case Ioas ioas -> toIoas(ioas);
            case IommufdObject other ->
                    throw ATTACH_PT_INVALID.refusal("id", ptId, "type", Types.of(other));
        };
    }

    /** The search of an automatic table, for the errno that it ends with: none takes PASIDs. */
    private Decision<AttachPasid.Attached> toIoas(Ioas ioas) {
        for (HwptPaging candidate : context.relations().tablesOf(ioas.id())) {
            if (candidate.automatic()) {
                try {
                    return to(candidate);
                } catch (Rejection rejection) {
                    if (rejection.reason().errno() != Errno.EINVAL) {
                        throw rejection;
                    }
                }
            }
        }
        IommuDriver driver = IommuDriver.of(context, device);
        var shape = driver.shape(context.function(device), Set.of(), DriverData.NONE);
        ObjectId id = NewObjects.id(context);
        HwptPaging made =
                Tables.make(context, id, ioas.id(), driver.iommu(), shape, Set.of(), true, null);
        if (replaces) {
            Tables.checkAdding(context, ioas.id(), made.smmu(), made.granule(), made.aperture());
        }
        return to(made);
    }

    private Decision<AttachPasid.Attached> to(IommufdObject hwpt) {
        @Nullable ObjectId mine = device.pasids().get(pasid);
        List<Device> there =
                context.relations().group(device.group()).stream()
                        .filter(member -> member.pasids().containsKey(pasid))
                        .toList();
        if (replaces && mine == null) {
            throw PASID_NOT_ATTACHED.refusal("pasid", pasid, "devId", device.id());
        }
        if (!replaces && mine != null) {
            throw PASID_ATTACHED.refusal("pasid", pasid, "devId", device.id(), "hwptId", mine);
        }
        if (replaces && hwpt.id().equals(mine)) {
            return Decision.of(attached(hwpt, List.of()));
        }
        if (!replaces && !there.isEmpty()) {
            return join(hwpt, Objects.requireNonNull(there.getFirst().pasids().get(pasid)));
        }
        check(hwpt);
        return carryOut(hwpt, replaces ? there : List.of(device));
    }

    /** A sibling has the PASID attached: the group's page table is chosen. */
    private Decision<AttachPasid.Attached> join(IommufdObject hwpt, ObjectId chosen) {
        if (!hwpt.id().equals(chosen)) {
            throw ATTACH_GROUP_ELSEWHERE.refusal("group", device.group(), "hwptId", chosen);
        }
        return Decision.of(attached(hwpt, List.of()), moved(device, hwpt.id()));
    }

    private void check(IommufdObject hwpt) {
        Attachments.checkFaults(context, device, hwpt);
        if (!Attachments.isPasidCompatible(hwpt)) {
            throw PASID_HWPT_INCOMPATIBLE.refusal("hwptId", hwpt.id(), "pasid", pasid);
        }
        Optional.ofNullable(context.relations().attachmentOf(device.group()))
                .flatMap(context::find)
                .filter(requester -> !Attachments.isPasidCompatible(requester))
                .ifPresent(requester -> {
                    throw PASID_REQUESTER_INCOMPATIBLE.refusal(
                            "pasid", pasid, "hwptId", requester.id(), "group", device.group());
                });
        IommuDriver.of(context, device).checkAttachPasid(device, hwpt, pasid);
    }

    private Decision<AttachPasid.Attached> carryOut(IommufdObject hwpt, List<Device> members) {
        List<Change> changes = new ArrayList<>();
        Optional<MockDevice> mock =
                context.relations().mockOf(device.id()).filter(_ -> pasid == FAULTY_PASID);
        mock.ifPresent(own -> changes.add(fault(own, !own.pasidFault())));
        if (mock.filter(MockDevice::pasidFault).isPresent()) {
            return new Decision.Partial<>(
                    changes, MOCK_PASID_FAULT.refusal("pasid", pasid, "devId", device.id()));
        }
        for (Device member : members) {
            changes.add(moved(member, hwpt.id()));
            PageFaults.answer(context, member, pasid, changes);
        }
        var commands = TlbInvalidation.ofContexts(context, context.host().group(device.group()));
        return Decision.of(attached(hwpt, commands), changes);
    }

    private Change moved(Device member, ObjectId hwpt) {
        var pasids = new TreeMap<>(member.pasids());
        pasids.put(pasid, hwpt);
        return new Change.ObjectReplaced(member, member.withPasids(pasids));
    }

    private AttachPasid.Attached attached(IommufdObject hwpt, List<SmmuCommand> commands) {
        return new AttachPasid.Attached(ptId, hwpt.id(), replaces, commands);
    }

    /** Detaching never fails, also where nothing is attached. */
    static DetachPasid.Detached detach(
            ContextView context, Device device, int pasid, List<Change> changes) {
        @Nullable ObjectId hwpt = device.pasids().get(pasid);
        if (hwpt == null) {
            return new DetachPasid.Detached(null, List.of());
        }
        var pasids = new TreeMap<>(device.pasids());
        pasids.remove(pasid);
        changes.add(new Change.ObjectReplaced(device, device.withPasids(pasids)));
        PageFaults.answer(context, device, pasid, changes);
        context.relations()
                .mockOf(device.id())
                .filter(own -> pasid == FAULTY_PASID && own.pasidFault())
                .ifPresent(own -> changes.add(fault(own, false)));
        return new DetachPasid.Detached(
                hwpt, TlbInvalidation.ofContexts(context, context.host().group(device.group())));
    }

    private static Change fault(MockDevice own, boolean next) {
        return new Change.ObjectReplaced(own, own.withPasidFault(next));
    }
}

package dev.directmsi.iommufd.command;

import static dev.directmsi.iommufd.Reason.*;

import dev.directmsi.hardware.mock.MockIommu;
import dev.directmsi.hardware.pci.PciFunction;
import dev.directmsi.iommufd.Change;
import dev.directmsi.iommufd.Command;
import dev.directmsi.iommufd.ContextView;
import dev.directmsi.iommufd.Decision;
import dev.directmsi.iommufd.command.AttachDevice.Attached;
import dev.directmsi.iommufd.object.ObjectId;
import java.util.ArrayList;
import java.util.List;

/**
 * IOMMU_TEST_OP_MOCK_DOMAIN of the kernel's test driver: makes a mock device of a kind, binds and
 * attaches it. Takes two ids, the driver's own and the device's, and a third where a page table is
 * made for the IOAS.
 *
 * @param ptId an IOAS or a page table
 * @param devFlags 1 without dirty tracking, 4 with PASIDs
 */
public record MockDomain(ObjectId ptId, int devFlags) implements Command<MockDomain.Made> {

    private static final int NO_DIRTY = 1;
    private static final int PASID = 4;

    /** The ids that were given out. */
    public record Made(ObjectId mockId, ObjectId deviceId, ObjectId hwptId) {}

    @Override
    public String ioctl() {
        return "IOMMU_TEST_OP_MOCK_DOMAIN";
    }

    @Override
    public Decision<Made> decide(ContextView context) {
        Mocks.requireSelftest(context);
        if ((devFlags & ~(NO_DIRTY | PASID)) != 0) {
            throw MOCK_KIND_INVALID.refusal("devFlags", devFlags);
        }
        PciFunction function =
                context.host().devices().stream()
                        .filter(this::isOfKind)
                        .filter(device -> isFree(context, device))
                        .findFirst()
                        .orElseThrow(() -> MOCK_DEVICES_EXHAUSTED.refusal("devFlags", devFlags));
        BindDevice.Bound bound = BindDevice.bind(context, function);
        ObjectId device = bound.device().id();
        if (ptId.equals(device)) {
            // The id was free, and is the new device's own when it is looked for.
            throw ATTACH_PT_INVALID.refusal("id", ptId, "type", Types.of(bound.device()));
        }
        Decision<Attached> attached =
                new AttachDevice(device, ptId).attachTo(context, bound.device());
        List<Change> changes = new ArrayList<>(bound.changes());
        changes.addAll(attached.changes());
        return switch (attached) {
            case Decision.Accepted<Attached> done ->
                    Decision.of(
                            new Made(Mocks.idOf(bound), device, done.reply().hwptId()), changes);
            case Decision.Partial<Attached> partial -> throw partial.rejection();
        };
    }

    private static boolean isFree(ContextView context, PciFunction device) {
        return !context.claims().deviceTakenElsewhere(device.name())
                && context.relations().group(device.group()).isEmpty();
    }

    private boolean isOfKind(PciFunction device) {
        boolean dirty = (devFlags & NO_DIRTY) == 0;
        int pasidBits = (devFlags & PASID) == 0 ? 0 : MockIommu.PASID_BITS;
        return device.dirtyTracking() == dirty && device.pasidBits() == pasidBits;
    }
}

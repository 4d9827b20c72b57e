package dev.directmsi.iommufd.command;

import static dev.directmsi.iommufd.Reason.*;

import dev.directmsi.address.AddressRange;
import dev.directmsi.iommufd.Change;
import dev.directmsi.iommufd.Command;
import dev.directmsi.iommufd.ContextView;
import dev.directmsi.iommufd.Decision;
import dev.directmsi.iommufd.Limits;
import dev.directmsi.iommufd.Reservation;
import dev.directmsi.iommufd.object.Ioas;
import dev.directmsi.iommufd.object.ObjectId;
import java.util.ArrayList;

/** IOMMU_TEST_OP_ADD_RESERVED: reserves a range of an IOAS for as long as the IOAS lives. */
public record AddReserved(ObjectId ioasId, long start, long length) implements Command<Ioas> {

    private static final String OWNER = "the test driver";

    @Override
    public String ioctl() {
        return "IOMMU_TEST_OP_ADD_RESERVED";
    }

    @Override
    public Decision<Ioas> decide(ContextView context) {
        AddressRange range = Accesses.range(start, length);
        Ioas ioas = context.require(ioasId, Ioas.class, IOAS_NOT_FOUND);
        IoasConflict.in(context, ioasId, range)
                .ifPresent(conflict -> {
                    throw conflict.region(range, OWNER);
                });
        context.relations().space(ioasId).reservations().stream()
                .filter(other -> other.kind() == Reservation.Kind.MSI_PAGE)
                .filter(other -> other.range().overlaps(range))
                .findFirst()
                .ifPresent(page -> {
                    throw new IoasConflict(ioasId, page.range(), page.owner()).region(range, OWNER);
                });
        if (ioas.reserved().size() >= Limits.ALLOWED_RANGES) {
            throw TOO_MANY.refusal(
                    "value",
                    ioas.reserved().size(),
                    "what",
                    "reserved ranges",
                    "limit",
                    Limits.ALLOWED_RANGES);
        }
        var reserved = new ArrayList<>(ioas.reserved());
        reserved.add(range);
        Ioas after = ioas.withReserved(reserved);
        return Decision.of(after, new Change.ObjectReplaced(ioas, after));
    }
}

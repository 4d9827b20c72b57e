package dev.directmsi.api.viommu;

import dev.directmsi.api.wire.Flags;
import dev.directmsi.api.wire.NameOrNumber;
import dev.directmsi.api.wire.U32;
import dev.directmsi.api.wire.U64;
import dev.directmsi.iommufd.object.ObjectId;
import dev.directmsi.iommufd.object.PageFault;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A page request of a device.
///
/// @param flags `PASID_VALID`, `LAST_PAGE`
/// @param devId the device
/// @param pasid 0 without `PASID_VALID`
/// @param grpid the device's number for the group
/// @param perm `READ`, `WRITE`, `EXEC`, `PRIV`
/// @param addr where
/// @param length always 0, as in Linux
/// @param cookie names the request in its answer; absent before it is read
public record PageFaultResponse(
        Flags flags,
        ObjectId devId,
        U32 pasid,
        U32 grpid,
        Flags perm,
        U64 addr,
        U32 length,
        @Nullable U32 cookie) {

    private static final List<String> PERMISSIONS = List.of("READ", "WRITE", "EXEC", "PRIV");
    private static final NameOrNumber LAST_PAGE = new NameOrNumber("LAST_PAGE");
    private static final NameOrNumber PASID_VALID = new NameOrNumber("PASID_VALID");

    /// Shows one.
    public static PageFaultResponse of(PageFault fault) {
        return new PageFaultResponse(
                new Flags(fault.hasPasid() ? List.of(PASID_VALID, LAST_PAGE) : List.of(LAST_PAGE)),
                fault.device(),
                new U32(fault.pasid()),
                new U32(fault.grpid()),
                permissions(fault.perm()),
                new U64(fault.addr()),
                new U32(0),
                fault.isRead() ? new U32(fault.cookie()) : null);
    }

    private static Flags permissions(int perm) {
        var shown = new ArrayList<NameOrNumber>();
        int rest = perm;
        for (int bit = 0; bit < PERMISSIONS.size(); bit++) {
            if ((perm & 1 << bit) != 0) {
                shown.add(new NameOrNumber(PERMISSIONS.get(bit)));
                rest &= ~(1 << bit);
            }
        }
        if (rest != 0) {
            shown.add(new NameOrNumber(new U64(Integer.toUnsignedLong(rest)).toString()));
        }
        return new Flags(shown);
    }
}

package dev.directmsi.api.device;

import dev.directmsi.api.wire.NameOrNumber;
import dev.directmsi.iommufd.object.Device.IrqType;
import java.util.Map;

/// The interrupt indexes of VFIO (`enum`, uapi/linux/vfio.h).
final class IrqIndex {

    private static final int MSI = 1;
    private static final int MSIX = 2;
    private static final Map<String, Integer> NAMES =
            Map.of("INTX", 0, "MSI", MSI, "MSIX", MSIX, "ERR", 3, "REQ", 4);

    private IrqIndex() {}

    /// The type, NONE for those that the rule refuses.
    static IrqType typeOf(NameOrNumber type) {
        return switch (type.number("type", NAMES)) {
            case MSI -> IrqType.MSI;
            case MSIX -> IrqType.MSIX;
            default -> IrqType.NONE;
        };
    }
}

package dev.directmsi.api.host;

import dev.directmsi.hardware.pci.PciFunction;
import dev.directmsi.hardware.pci.Topology;
import dev.directmsi.iommufd.Limits;
import dev.directmsi.iommufd.Reason;
import java.util.List;

/// Which devices to compare.
///
/// @param devices names on the host; they need not be bound
record CompareItsRequest(List<String> devices) {

    List<PciFunction> functions(String host, Topology topology) {
        if (devices.size() > Limits.OBJECTS) {
            throw Reason.VALUE_TOO_LARGE.refusal(
                    "what", "the list", "value", devices.size(), "limit", Limits.OBJECTS);
        }
        return devices.stream()
                .map(name ->
                        topology.device(name)
                                .orElseThrow(() ->
                                        Reason.DEVICE_UNKNOWN.refusal(
                                                "host", host, "device", name)))
                .toList();
    }
}

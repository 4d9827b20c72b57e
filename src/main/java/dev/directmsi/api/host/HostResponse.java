package dev.directmsi.api.host;

import dev.directmsi.api.wire.U64;
import dev.directmsi.control.LiveHost;
import dev.directmsi.hardware.pci.Topology;
import java.util.List;

/// A host, as a topology document: what can be put again under another name.
///
/// @param name of the host
/// @param hostPageSize page size of its kernel, bytes
/// @param ramBase where the model's RAM begins
/// @param busMasterAtBind whether a device may issue memory transactions right after it was bound
/// @param smmus at least one
/// @param itses may be none
/// @param devices in document order
record HostResponse(
        String name,
        long hostPageSize,
        U64 ramBase,
        boolean busMasterAtBind,
        List<SmmuResponse> smmus,
        List<ItsResponse> itses,
        List<HostDeviceResponse> devices) {

    static HostResponse of(LiveHost host) {
        return of(host.name(), host.topology());
    }

    static HostResponse of(String name, Topology topology) {
        return new HostResponse(
                name,
                topology.hostPageSize().bytes(),
                U64.of(topology.ramBase()),
                topology.busMasterAtBind(),
                topology.smmus().stream().map(SmmuResponse::of).toList(),
                topology.itses().stream().map(ItsResponse::of).toList(),
                topology.devices().stream().map(HostDeviceResponse::of).toList());
    }
}

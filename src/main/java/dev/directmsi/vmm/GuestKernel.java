package dev.directmsi.vmm;

import dev.directmsi.vmm.client.ApiException;
import dev.directmsi.vmm.client.model.HostDevice;
import dev.directmsi.vmm.client.model.HostIts;
import dev.directmsi.vmm.client.model.HostRequest;
import dev.directmsi.vmm.client.model.HostReserved;
import dev.directmsi.vmm.client.model.HostSmmu;
import dev.directmsi.vmm.client.model.ReservedRegionType;
import java.util.List;

/// A current kernel in the guest. It is an iommufd like the one below, so its part is played by a
/// host of its own: the guest's machine, as the guest's firmware describes it.
final class GuestKernel {

    private final Service service;
    private final Transcript out;

    GuestKernel(Service service, Transcript out) {
        this.service = service;
        this.out = out;
    }

    /// Whether the guest's kernel gives the device to user space.
    boolean binds(Mode mode, GuestDevice device, String host) throws ApiException {
        out.section("The guest's kernel is asked for the device, by the guest's VFIO");
        out.say(
                mode == Mode.WINDOW
                        ? "Its firmware says that %s..%s must be mapped 1:1 (RMR), for the window's sake."
                                .formatted(GuestLayout.WINDOW, GuestLayout.WINDOW_LAST)
                        : "Its firmware reserves nothing: there is no window to be mapped 1:1.");
        service.createHost(host, machine(mode, device));
        try {
            return bindsOn(host, device);
        } finally {
            service.deleteHost(host);
        }
    }

    private boolean bindsOn(String host, GuestDevice device) throws ApiException {
        Iommufd guest = service.open(host, "the guest's own");
        try {
            guest.bind(device.name());
            out.fact("bind", "granted");
            return true;
        } catch (ApiException refused) {
            out.fact("bind", Refusal.text(refused));
            return false;
        } finally {
            service.close(guest);
        }
    }

    private static HostRequest machine(Mode mode, GuestDevice device) {
        return new HostRequest()
                .ramBase(GuestLayout.RAM)
                .smmus(List.of(new HostSmmu().name("vsmmu0").base("0xc000000").nesting(true)))
                .itses(List.of(new HostIts().name("vits").frameBase(GuestLayout.ITS_FRAME)))
                .devices(
                        List.of(
                                new HostDevice()
                                        .name(device.name())
                                        .smmu("vsmmu0")
                                        .streamIds(List.of(device.virtualSid()))
                                        .its("vits")
                                        .itsDeviceId(device.virtualSid())
                                        .group(1)
                                        .msix(8)
                                        .reserved(mode == Mode.WINDOW ? window() : List.of())));
    }

    private static List<HostReserved> window() {
        return List.of(
                new HostReserved()
                        .first(GuestLayout.WINDOW)
                        .last(GuestLayout.WINDOW_LAST)
                        .type(ReservedRegionType.DIRECT));
    }
}

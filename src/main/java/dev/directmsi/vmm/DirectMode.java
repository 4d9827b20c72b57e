package dev.directmsi.vmm;

import dev.directmsi.vmm.client.ApiException;
import dev.directmsi.vmm.client.model.AccessOutcome;
import dev.directmsi.vmm.client.model.MsiTargetResponse;
import dev.directmsi.vmm.client.model.S2CopyMsiPageResponse;
import dev.directmsi.vmm.client.model.S2CopyResponse;
import dev.directmsi.vmm.client.model.VectorResponse;
import java.util.ArrayList;
import java.util.List;

/// The proposal: the guest's own doorbell page leads to the real ITS of each device, and the device
/// gets the guest's own address.
final class DirectMode {

    private final VirtualMachine machine;
    private final Guest guest;
    private final Transcript out;

    DirectMode(VirtualMachine machine, Guest guest, Transcript out) {
        this.machine = machine;
        this.guest = guest;
        this.out = out;
    }

    /// Whether all ended as it should.
    boolean run() throws ApiException {
        setTargets();
        boolean nothingElse = showCopies();
        programVectors();
        out.section("Each device writes its MSI");
        List<MsiTrace> traces = machine.writeMsis();
        out.section("Summary");
        out.summary(traces);
        return nothingElse
                && traces.stream().allMatch(trace -> trace.endedAs(AccessOutcome.DELIVERED));
    }

    private void setTargets() throws ApiException {
        out.section("The VMM says where the guest sees its ITS: the MSI target of every device");
        MsiTargetResponse target = null;
        for (GuestDevice device : machine.devices()) {
            target = machine.iommufd().setMsiTarget(device.id(), GuestLayout.ITS_FRAME);
        }
        if (target != null) {
            out.fact(
                    "target",
                    "ITS frame %s, so doorbell %s on IPA page %s"
                            .formatted(
                                    target.getFrameBase(),
                                    target.getDoorbell(),
                                    target.getIpaPage()));
        }
    }

    /// Whether the copies have a device's doorbell page below the guest's RAM, and nothing else.
    private boolean showCopies() throws ApiException {
        long parent = machine.vsmmus().getFirst().nestParent();
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("stage-2 copy", "VMID", "IPA page", "PA page", "for"));
        boolean nothingElse = true;
        for (S2CopyResponse copy : machine.iommufd().copies(parent)) {
            for (S2CopyMsiPageResponse page : copy.getMsiPages()) {
                rows.add(
                        List.of(
                                copy.getKey(),
                                String.valueOf(copy.getVmid()),
                                page.getIpa().getFirst(),
                                page.getPage(),
                                String.join(" ", copy.getMembers())));
            }
            int mapped = machine.iommufd().tableBelowRam(parent, copy.getKey()).size();
            nothingElse &= mapped == copy.getMsiPages().size();
        }
        out.table(rows);
        out.say(
                nothingElse
                        ? "Below the guest's RAM the copies map nothing else: there is no window."
                        : "Below the guest's RAM the copies map something else as well.");
        return nothingElse;
    }

    private void programVectors() throws ApiException {
        out.section(
                "The guest programs vector 0 of each device with %s; the VMM passes it down"
                        .formatted(guest.msiAddress()));
        List<List<String>> rows = new ArrayList<>();
        rows.add(VectorRow.HEAD);
        for (GuestDevice device : machine.devices()) {
            VectorResponse vector =
                    machine.iommufd().programVector(device.id(), 0, guest.msiAddress());
            rows.add(VectorRow.of(device, vector));
        }
        out.table(rows);
    }
}

package dev.directmsi.vmm;

import dev.directmsi.vmm.client.ApiException;
import dev.directmsi.vmm.client.model.AccessResponse.OutcomeEnum;
import dev.directmsi.vmm.client.model.EventResponse;
import dev.directmsi.vmm.client.model.Stage2FaultResponse;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/// Linux today: the host chooses the address, in its window, and relies on a guest whose stage 1
/// maps the window 1:1.
final class WindowMode {

    private static final HexFormat BYTES = HexFormat.ofDelimiter(" ");

    private final VirtualMachine machine;
    private final Iommufd iommufd;
    private final Guest guest;
    private final Transcript out;

    WindowMode(VirtualMachine machine, Guest guest, Transcript out) {
        this.machine = machine;
        this.iommufd = machine.iommufd();
        this.guest = guest;
        this.out = out;
    }

    /// Whether all ended as it should: well for a driver of the guest's kernel, badly for VFIO.
    boolean run() throws ApiException {
        enableVectors();
        out.section("Each device writes its MSI");
        List<MsiTrace> traces = machine.writeMsis();
        boolean expected = guest == Guest.DMA_API ? worksByLuck(traces) : isLost(traces);
        out.section("Summary");
        out.summary(traces);
        return expected;
    }

    private void enableVectors() throws ApiException {
        out.section(
                "The guest programs vector 0 of each device with %s; the VMM throws that away"
                        .formatted(guest.msiAddress()));
        List<List<String>> rows = new ArrayList<>();
        rows.add(VectorRow.HEAD);
        for (GuestDevice device : machine.devices()) {
            rows.add(VectorRow.of(device, iommufd.enableVector(device.id(), device.irqType(), 0)));
        }
        out.table(rows);
    }

    private boolean worksByLuck(List<MsiTrace> traces) throws ApiException {
        out.section("Counter-check: had the devices been given the guest's own address");
        List<MsiTrace> own = new ArrayList<>();
        for (GuestDevice device : machine.devices()) {
            own.add(machine.trace(device, iommufd.writeMsi(device.id(), guest.msiAddress(), 0)));
        }
        out.summary(own);
        out.say("Stage 2 has nothing at the guest's doorbell page.");
        return traces.stream().allMatch(trace -> trace.endedAs(OutcomeEnum.DELIVERED))
                && own.stream().allMatch(trace -> trace.endedAs(OutcomeEnum.FAULT));
    }

    private boolean isLost(List<MsiTrace> traces) throws ApiException {
        showWhoIsTold();
        boolean silent = isLostSilently();
        return silent && traces.stream().allMatch(trace -> trace.endedAs(OutcomeEnum.FAULT));
    }

    private void showWhoIsTold() throws ApiException {
        out.section("Who is told");
        for (VirtualSmmu vsmmu : machine.vsmmus()) {
            List<EventResponse> events = iommufd.events(vsmmu.eventQueue());
            out.fact(
                    "guest",
                    "vSMMU on %s, event queue %d: %d records"
                            .formatted(vsmmu.smmu(), vsmmu.eventQueue(), events.size()));
            for (EventResponse event : events) {
                out.fact("", Transcript.text(event.getFields()));
            }
        }
        List<Stage2FaultResponse> faults = iommufd.stage2Faults();
        out.fact(
                "host",
                "stage-2 faults, which Linux only logs: %d records".formatted(faults.size()));
        for (Stage2FaultResponse fault : faults) {
            out.fact("", fault.getFields().toString());
        }
    }

    /// The dangerous variant: the guest's doorbell page is memory.
    private boolean isLostSilently() throws ApiException {
        out.section("The dangerous variant: the guest's doorbell page is backed by memory");
        showThatTheWindowIsReserved();
        GuestDevice device = machine.devices().getFirst();
        iommufd.map(
                machine.ioas(),
                GuestLayout.MOVED_DOORBELL_PAGE,
                GuestLayout.RAM_IN_VMM,
                GuestLayout.PAGE_LENGTH);
        machine.nestMoved(device, guest.movedStage1());
        String word = Hex.of(Long.decode(GuestLayout.RAM_IN_VMM) + 0x40);
        iommufd.writeMemory(word, HexFormat.of().parseHex("efbeadde"));
        String before = BYTES.formatHex(iommufd.readMemory(word, "0x4"));
        MsiTrace trace = machine.trace(device, iommufd.writeMsi(device.id(), 0));
        String after = BYTES.formatHex(iommufd.readMemory(word, "0x4"));
        out.table(trace.hops());
        out.fact("memory there", "%s before, %s after".formatted(before, after));
        return trace.endedAs(OutcomeEnum.LOST_SILENT);
    }

    private void showThatTheWindowIsReserved() {
        try {
            iommufd.map(
                    machine.ioas(),
                    GuestLayout.DOORBELL_PAGE,
                    GuestLayout.RAM_IN_VMM,
                    GuestLayout.PAGE_LENGTH);
        } catch (ApiException refused) {
            out.fact("in window?", Refusal.text(refused));
        }
    }
}

package dev.directmsi.vmm;

import dev.directmsi.vmm.client.ApiException;
import dev.directmsi.vmm.client.model.AccessOutcome;
import dev.directmsi.vmm.client.model.EventResponse;
import dev.directmsi.vmm.client.model.Stage2FaultResponse;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

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
        List<MsiTrace> traces = new ArrayList<>(machine.writeMsis());
        boolean expected;
        if (guest == Guest.DMA_API) {
            expected = allEndedAs(AccessOutcome.DELIVERED, traces);
            expected &= ownAddressLeadsNowhere();
        } else {
            expected = allEndedAs(AccessOutcome.FAULT, traces);
            showWhoIsTold();
            MsiTrace silent = writeOntoMemory();
            expected &= silent.endedAs(AccessOutcome.LOST_SILENT);
            traces.add(silent);
        }
        out.section("Summary");
        out.summary(traces);
        return expected;
    }

    private static boolean allEndedAs(AccessOutcome outcome, List<MsiTrace> traces) {
        return traces.stream().allMatch(trace -> trace.endedAs(outcome));
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

    private boolean ownAddressLeadsNowhere() throws ApiException {
        out.section("Counter-check: had the devices been given the guest's own address");
        List<MsiTrace> traces = new ArrayList<>();
        for (GuestDevice device : machine.devices()) {
            traces.add(machine.trace(device, iommufd.writeMsi(device.id(), guest.msiAddress(), 0)));
        }
        out.summary(traces);
        out.say("Stage 2 has nothing where the guest sees its doorbell.");
        return allEndedAs(AccessOutcome.FAULT, traces);
    }

    private void showWhoIsTold() throws ApiException {
        out.section("Who is told");
        for (VirtualSmmu vsmmu : machine.vsmmus()) {
            List<EventResponse> events = iommufd.events(vsmmu.eventQueue());
            out.fact(
                    "the guest",
                    "event queue %d, of its SMMU on %s: %s"
                            .formatted(vsmmu.eventQueue(), vsmmu.smmu(), records(events.size())));
            events.forEach(event -> showRecord(event.getFields()));
        }
        List<Stage2FaultResponse> faults = iommufd.stage2Faults();
        out.fact("the host", "stage-2 faults, which Linux only logs: " + records(faults.size()));
        faults.forEach(fault -> showRecord(fault.getFields()));
        out.say(
                "So the guest hears at most of VAs that it never chose, in pages of the host's window that it has not mapped.");
    }

    private void showRecord(@Nullable Map<String, String> fields) {
        if (fields != null) {
            out.fact(
                    "",
                    "%s in stage %s, StreamID %s, VA %s"
                            .formatted(
                                    fields.get("type"),
                                    fields.get("stage"),
                                    fields.get("streamId"),
                                    fields.get("inputAddress")));
        }
    }

    private static String records(int count) {
        return switch (count) {
            case 0 -> "empty";
            case 1 -> "1 record";
            default -> count + " records";
        };
    }

    /// The dangerous variant: the guest's doorbell page is memory.
    private MsiTrace writeOntoMemory() throws ApiException {
        out.section("The dangerous variant: the guest's doorbell page is backed by memory");
        showThatTheWindowIsReserved();
        out.say(
                "So think of a guest that sees its ITS elsewhere, on memory, and of its first device.");
        GuestDevice device = machine.devices().getFirst();
        iommufd.map(
                machine.ioas(),
                GuestLayout.MOVED_DOORBELL_PAGE,
                GuestLayout.RAM_IN_VMM,
                GuestLayout.PAGE_LENGTH);
        machine.nestMoved(device, guest.movedStage1());
        byte[] before = HexFormat.of().parseHex("efbeadde");
        iommufd.writeByDma(device.id(), guest.msiAddress(), before);
        MsiTrace trace = machine.trace(device, iommufd.writeMsi(device.id(), 0));
        out.table(trace.hops());
        byte[] after = iommufd.readByDma(device.id(), guest.msiAddress(), before.length);
        out.fact(
                "memory there",
                "%s before the write, %s after it; nobody is told"
                        .formatted(BYTES.formatHex(before), BYTES.formatHex(after)));
        return trace;
    }

    private void showThatTheWindowIsReserved() {
        try {
            iommufd.map(
                    machine.ioas(),
                    GuestLayout.DOORBELL_PAGE,
                    GuestLayout.RAM_IN_VMM,
                    GuestLayout.PAGE_LENGTH);
        } catch (ApiException refused) {
            out.fact(
                    "refused",
                    "memory at IPA %s: %s"
                            .formatted(GuestLayout.DOORBELL_PAGE, Refusal.text(refused)));
        }
    }
}

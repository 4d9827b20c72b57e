package dev.directmsi.vmm;

import dev.directmsi.vmm.client.model.AccessOutcome;
import dev.directmsi.vmm.client.model.AccessResponse;
import dev.directmsi.vmm.client.model.FaultRecord;
import dev.directmsi.vmm.client.model.HopResponse;
import dev.directmsi.vmm.client.model.HopStep;
import dev.directmsi.vmm.client.model.VectorMessage;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/// One MSI write of a device, as the service followed it.
///
/// @param stage2 whose table the device's stage 2 is
record MsiTrace(GuestDevice device, String stage2, AccessResponse access) {

    /// The head of [#summary].
    static final List<String> SUMMARY =
            List.of("device", "VA", "IPA", "PA", "ITS", "DeviceID", "EventID", "LPI", "outcome");

    boolean endedAs(AccessOutcome outcome) {
        return access.getOutcome() == outcome;
    }

    /// The hops: where, what came out, and why.
    List<List<String>> hops() {
        List<List<String>> rows = new ArrayList<>();
        rows.add(
                List.of(
                        device.name(),
                        "writes",
                        "VA",
                        message().getAddress(),
                        "data " + message().getData()));
        translated(HopStep.STAGE_1)
                .map(hop -> "by the guest's table at IPA " + hop.getFetchedFrom())
                .ifPresent(why -> rows.add(row("stage 1", "IPA", ipa(), why)));
        translated(HopStep.STAGE_2)
                .ifPresent(hop -> rows.add(row("stage 2", "PA", pa(), "by " + stage2WithVmid())));
        FaultRecord event = access.getEvent();
        if (event != null) {
            rows.add(row("event", "", event.getType(), event.getDescription()));
            rows.add(row("", "", "", "record " + String.join(" ", event.getWords())));
        } else if (access.getLpi() != null) {
            rows.add(
                    row(
                            Transcript.text(access.getIts()),
                            "LPI",
                            Transcript.text(access.getLpi()),
                            "DeviceID %s, EventID %d: %s"
                                    .formatted(
                                            Hex.of(access.getDeviceId()),
                                            access.getEventId(),
                                            access.getOutcome())));
        } else {
            rows.add(
                    row(
                            "end",
                            "",
                            access.getOutcome().toString(),
                            access.getPa() == null
                                    ? Transcript.text(access.getWhy())
                                    : "in %s: no fault, no interrupt"
                                            .formatted(access.getWhere())));
        }
        return rows;
    }

    private VectorMessage message() {
        return Objects.requireNonNull(access.getMessage(), "the message of an MSI write");
    }

    /// The same in one line.
    List<String> summary() {
        return List.of(
                device.name(),
                message().getAddress(),
                ipa(),
                pa(),
                Transcript.text(access.getIts()),
                Hex.of(access.getDeviceId()),
                Transcript.text(access.getEventId()),
                Transcript.text(access.getLpi()),
                access.getOutcome().toString());
    }

    private String ipa() {
        return Transcript.text(
                translated(HopStep.STAGE_1).map(HopResponse::getOutput).orElse(null));
    }

    private String pa() {
        return Transcript.text(
                translated(HopStep.STAGE_2).map(HopResponse::getOutput).orElse(null));
    }

    private String stage2WithVmid() {
        String vmid =
                last(HopStep.STE)
                        .map(hop -> hop.getFields().get("s2Vmid"))
                        .orElse(Transcript.text(null));
        return "%s, VMID %s".formatted(stage2, vmid);
    }

    /// The hop in which a stage came to its result.
    private Optional<HopResponse> translated(HopStep stage) {
        return last(stage).filter(hop -> hop.getOutput() != null);
    }

    private Optional<HopResponse> last(HopStep step) {
        return Objects.requireNonNullElse(access.getHops(), List.<HopResponse>of()).stream()
                .filter(hop -> hop.getStep() == step)
                .reduce((earlier, later) -> later);
    }

    private static List<String> row(String where, String space, String value, String why) {
        return List.of("", where, space, value, why);
    }
}

package dev.directmsi.iommufd;

import dev.directmsi.address.Access;
import dev.directmsi.address.Iova;
import dev.directmsi.address.PhysAddr;
import dev.directmsi.hardware.its.Its;
import dev.directmsi.hardware.pci.PciFunction;
import dev.directmsi.hardware.smmu.Hop;
import dev.directmsi.hardware.smmu.Smmu;
import dev.directmsi.hardware.smmu.StreamId;
import dev.directmsi.hardware.smmu.Transaction;
import dev.directmsi.hardware.smmu.Translation;
import dev.directmsi.hardware.smmu.TranslationUnit;
import dev.directmsi.iommufd.object.Device;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One access of a device, followed through the programmed hardware to where it ends: stream table,
 * contexts, both stages, physical decode, interrupt translation. Looks only, has no effect.
 */
public final class DeviceAccess {

    private final ContextView context;
    private final PciFunction function;
    private final HostMemory memory;
    private final TranslationUnit unit;

    /**
     * An access with its story.
     *
     * @param hops every step in order
     * @param landing where it ended
     */
    public record Journey(StreamId streamId, List<Hop> hops, Landing landing) {

        /** The same with another end. */
        public Journey to(Landing other) {
            return new Journey(streamId, hops, other);
        }
    }

    public DeviceAccess(ContextView context, Device device) {
        this.context = context;
        this.function = context.function(device);
        this.memory = new HostMemory(context);
        Smmu smmu = context.smmuOf(device);
        this.unit =
                new TranslationUnit(
                        smmu,
                        sid -> context.machine().streamTableEntry(smmu.name(), sid),
                        (_, vmid) -> context.machine().stage2(smmu.name(), vmid),
                        (sid, ssid) -> context.machine().stage1(smmu.name(), sid, ssid),
                        memory);
    }

    /** A write of a 32-bit value as an interrupt message: never with a PASID. */
    public Journey message(long address, int data) {
        return follow(address, Access.WRITE, null, data, true);
    }

    /** Any other access. */
    public Journey access(
            long address, Access access, @Nullable Integer pasid, @Nullable Integer data) {
        return follow(address, access, pasid, data, false);
    }

    private Journey follow(
            long address,
            Access access,
            @Nullable Integer pasid,
            @Nullable Integer data,
            boolean message) {
        StreamId sid = function.streamIds().getFirst();
        if (function.msiBypassesSmmu() && translationFrame(new PhysAddr(address)).isPresent()) {
            var hops = new ArrayList<Hop>();
            return new Journey(sid, hops, land(new PhysAddr(address), access, data, message, hops));
        }
        var transaction = new Transaction(sid, pasid, access, false, false, new Iova(address));
        Translation translation = unit.translate(transaction);
        var hops = new ArrayList<>(translation.hops());
        Landing landing =
                switch (translation.outcome()) {
                    case Translation.Translated(PhysAddr output) ->
                            land(output, access, data, message, hops);
                    case Translation.Fault fault -> new Landing.Faulted(fault);
                    case Translation.Aborted _ -> new Landing.AbortSilent();
                };
        return new Journey(sid, hops, landing);
    }

    private Optional<Its> translationFrame(PhysAddr address) {
        return context.host().itses().stream()
                .filter(its -> its.translationFrame().contains(address.value()))
                .findFirst();
    }

    private Landing land(
            PhysAddr output,
            Access access,
            @Nullable Integer data,
            boolean message,
            List<Hop> hops) {
        Optional<Its> doorbell =
                context.host().itses().stream()
                        .filter(its -> its.doorbell().equals(output))
                        .findFirst();
        if (doorbell.isPresent()) {
            return doorbell(doorbell.get(), output, access, data, hops);
        }
        Optional<Its> frame =
                context.host().itses().stream()
                        .filter(its -> its.frames().contains(output.value()))
                        .findFirst();
        if (frame.isPresent()) {
            boolean control = frame.get().controlFrame().contains(output.value());
            String where =
                    (control ? "control" : "translation") + " frame of " + frame.get().name();
            decoded(hops, output, where);
            return new Landing.LostSilent(output, where);
        }
        if (memory.isRam(output)) {
            decoded(hops, output, "memory");
            return message ? new Landing.LostSilent(output, "memory") : new Landing.Memory(output);
        }
        decoded(hops, output, "nothing");
        return new Landing.BusError(output);
    }

    private Landing doorbell(
            Its its, PhysAddr output, Access access, @Nullable Integer data, List<Hop> hops) {
        decoded(hops, output, "GITS_TRANSLATER of " + its.name());
        if (!access.writes() || data == null) {
            // The register is write-only, and an access that carries no value raises no event.
            return new Landing.LostSilent(output, "GITS_TRANSLATER of " + its.name());
        }
        int deviceId = function.itsDeviceId();
        Integer lpi = context.machine().event(its.name(), deviceId, data);
        Map<String, String> fields = new LinkedHashMap<>();
        fields.put("DeviceID", "0x" + Integer.toHexString(deviceId));
        fields.put("EventID", Integer.toUnsignedString(data));
        fields.put("LPI", lpi == null ? "not mapped" : Integer.toString(lpi));
        hops.add(
                new Hop(
                        Hop.Step.ITS,
                        "interrupt translation table of DeviceID 0x"
                                + Integer.toHexString(deviceId)
                                + " on "
                                + its.name(),
                        Integer.toUnsignedLong(data),
                        lpi == null ? null : Long.valueOf(lpi),
                        null,
                        null,
                        List.of(),
                        fields,
                        List.of()));
        if (!its.name().equals(function.its())) {
            return new Landing.WrongIts(its.name(), deviceId, data);
        }
        return lpi == null
                ? new Landing.ItsDropped(its.name(), deviceId, data)
                : new Landing.Delivered(its.name(), deviceId, data, lpi);
    }

    private static void decoded(List<Hop> hops, PhysAddr output, String what) {
        hops.add(
                new Hop(
                        Hop.Step.PA_DECODE,
                        what,
                        output.value(),
                        output.value(),
                        null,
                        null,
                        List.of(),
                        Map.of("target", what),
                        List.of()));
    }
}

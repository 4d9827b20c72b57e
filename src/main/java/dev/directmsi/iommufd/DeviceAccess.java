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

    /** The same without its story, which costs far more than the access. */
    public Journey untold(
            long address, Access access, @Nullable Integer pasid, @Nullable Integer data) {
        return new Journey(
                function.streamIds().getFirst(),
                List.of(),
                end(transaction(address, access, pasid), data, false, null));
    }

    private Transaction transaction(long address, Access access, @Nullable Integer pasid) {
        StreamId sid = function.streamIds().getFirst();
        return new Transaction(sid, pasid, access, false, false, new Iova(address));
    }

    /**
     * Where an access ends.
     *
     * @param hops the story, or null
     */
    private Landing end(
            Transaction transaction,
            @Nullable Integer data,
            boolean message,
            @Nullable List<Hop> hops) {
        var address = new PhysAddr(transaction.address().value());
        if (function.msiBypassesSmmu() && translationFrame(address).isPresent()) {
            return land(address, transaction.access(), data, message, hops);
        }
        Translation.Outcome outcome;
        if (hops == null) {
            outcome = unit.outcome(transaction);
        } else {
            Translation translation = unit.translate(transaction);
            hops.addAll(translation.hops());
            outcome = translation.outcome();
        }
        return switch (outcome) {
            case Translation.Translated(PhysAddr output) ->
                    land(output, transaction.access(), data, message, hops);
            case Translation.Fault fault -> new Landing.Faulted(fault);
            case Translation.Aborted _ -> new Landing.AbortSilent();
        };
    }

    private Journey follow(
            long address,
            Access access,
            @Nullable Integer pasid,
            @Nullable Integer data,
            boolean message) {
        Transaction transaction = transaction(address, access, pasid);
        var hops = new ArrayList<Hop>();
        Landing landing = end(transaction, data, message, hops);
        return new Journey(transaction.streamId(), hops, landing);
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
            @Nullable List<Hop> hops) {
        for (Its its : context.host().itses()) {
            if (its.doorbell().equals(output)) {
                return doorbell(its, output, access, data, hops);
            }
            if (its.frames().contains(output.value())) {
                boolean control = its.controlFrame().contains(output.value());
                String where = (control ? "control" : "translation") + " frame of " + its.name();
                decoded(hops, output, where);
                return new Landing.LostSilent(output, where);
            }
        }
        if (memory.isRam(output)) {
            decoded(hops, output, "memory");
            return message ? new Landing.LostSilent(output, "memory") : new Landing.Memory(output);
        }
        decoded(hops, output, "nothing");
        return new Landing.BusError(output);
    }

    private Landing doorbell(
            Its its,
            PhysAddr output,
            Access access,
            @Nullable Integer data,
            @Nullable List<Hop> hops) {
        decoded(hops, output, "GITS_TRANSLATER of " + its.name());
        if (!access.writes() || data == null) {
            // The register is write-only, and an access that carries no value raises no event.
            return new Landing.LostSilent(output, "GITS_TRANSLATER of " + its.name());
        }
        int deviceId = function.itsDeviceId();
        Integer lpi = context.machine().event(its.name(), deviceId, data);
        if (hops != null) {
            hops.add(translated(its, deviceId, data, lpi));
        }
        if (!its.name().equals(function.its())) {
            return new Landing.WrongIts(its.name(), deviceId, data);
        }
        return lpi == null
                ? new Landing.ItsDropped(its.name(), deviceId, data)
                : new Landing.Delivered(its.name(), deviceId, data, lpi);
    }

    private static Hop translated(Its its, int deviceId, int data, @Nullable Integer lpi) {
        Map<String, String> fields = new LinkedHashMap<>();
        fields.put("DeviceID", "0x" + Integer.toHexString(deviceId));
        fields.put("EventID", Integer.toUnsignedString(data));
        fields.put("LPI", lpi == null ? "not mapped" : Integer.toString(lpi));
        return new Hop(
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
                List.of());
    }

    private static void decoded(@Nullable List<Hop> hops, PhysAddr output, String what) {
        if (hops == null) {
            return;
        }
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

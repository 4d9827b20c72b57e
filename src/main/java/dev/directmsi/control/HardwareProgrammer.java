package dev.directmsi.control;

import dev.directmsi.hardware.Machine;
import dev.directmsi.hardware.pci.MsiEntry;
import dev.directmsi.hardware.pci.PciFunction;
import dev.directmsi.hardware.smmu.StreamTableEntry;
import dev.directmsi.hardware.smmu.Vmid;
import dev.directmsi.iommufd.Change;
import dev.directmsi.iommufd.ContextView;
import dev.directmsi.iommufd.StreamTableEntries;
import dev.directmsi.iommufd.TableView;
import dev.directmsi.iommufd.object.Device;
import dev.directmsi.iommufd.object.HwptPaging;
import dev.directmsi.iommufd.object.IommufdObject;
import dev.directmsi.iommufd.object.MsiVector;
import dev.directmsi.iommufd.object.ObjectId;
import dev.directmsi.msi.VectorState;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Programs the hardware from a context: what changed after a commit, everything after a load.
 *
 * <p>Order inside one commit: tables before the stream table entries that point to them, interrupt
 * translation before the message that uses it, and what goes goes in the reverse order. A device
 * may write as soon as its message is unmasked.
 *
 * <p>It remembers what it has programmed for its context, so that a reload starts from hardware
 * that knows nothing of it. What another context has claimed since is not cleared: that context may
 * have programmed it already.
 */
public final class HardwareProgrammer {

    private record Tag(String smmu, Vmid vmid) {}

    private final Set<Integer> groups = new LinkedHashSet<>();
    private final Map<ObjectId, Set<Tag>> tables = new HashMap<>();
    private final Map<ObjectId, String> functions = new HashMap<>();
    private final Map<ObjectId, Map<Integer, Integer>> eventIds = new HashMap<>();
    private final Map<String, Set<Integer>> substreams = new HashMap<>();

    /** Programs what a commit changed; {@code context} has it already. */
    public void program(ContextView context, List<Change> changes) {
        for (Change change : changes) {
            if (after(change) instanceof HwptPaging hwpt) {
                installTables(context, hwpt);
            }
        }
        var touched = new LinkedHashSet<Integer>();
        for (Change change : changes) {
            switch (change) {
                case Change.VectorAdded c -> writeVector(context, c.vector());
                case Change.VectorReplaced c -> writeVector(context, c.after());
                case Change.VectorRemoved c -> eraseVector(context, c.vector());
                case Change.ObjectCreated c -> noteDevice(context, c.object(), touched);
                case Change.ObjectReplaced c -> noteDevice(context, c.after(), touched);
                case Change.ObjectDestroyed c -> forget(context, c.object(), touched);
                case Change.MappingAdded _, Change.MappingRemoved _ -> {
                    // tables are views on the mappings
                }
                case Change.RegionAdded _,
                        Change.RegionRemoved _,
                        Change.FileAdded _,
                        Change.FileReplaced _,
                        Change.FileRemoved _,
                        Change.KeptAdded _,
                        Change.KeptRemoved _,
                        Change.PageAdded _,
                        Change.PageReplaced _,
                        Change.PageRemoved _ -> {
                    // memory is read where it is
                }
                case Change.ContextChanged _,
                        Change.EventQueued _,
                        Change.EventTaken _,
                        Change.DirtyAdded _,
                        Change.DirtyRemoved _,
                        Change.FaultRaised _,
                        Change.FaultRead _,
                        Change.FaultAnswered _,
                        Change.ResourceClaimed _,
                        Change.ResourceReleased _ -> {
                    // nothing that hardware knows
                }
            }
        }
        touched.forEach(group -> writeStreams(context, group));
        for (Change change : changes) {
            if (change instanceof Change.ObjectReplaced(HwptPaging before, HwptPaging after)) {
                retainTables(context, before.id(), tags(after));
            } else if (change instanceof Change.ObjectDestroyed(HwptPaging gone)) {
                retainTables(context, gone.id(), Set.of());
            }
        }
    }

    /** Programs everything of a context into hardware that knows nothing of it. */
    public void programAll(ContextView context) {
        context.all(HwptPaging.class).forEach(hwpt -> installTables(context, hwpt));
        var touched = new LinkedHashSet<Integer>();
        for (Device device : context.all(Device.class)) {
            noteDevice(context, device, touched);
            context.vectors(device.id()).values().forEach(vector -> writeVector(context, vector));
        }
        touched.forEach(group -> writeStreams(context, group));
    }

    /** Erases all that was programmed for the context. */
    public void clear(ContextView context) {
        Machine machine = context.machine();
        for (Integer group : List.copyOf(groups)) {
            if (!context.claims().groupTakenElsewhere(group)) {
                for (PciFunction function : context.host().group(group)) {
                    writeStreams(machine, function, null);
                    writeStage1(machine, function, 0, null);
                    clearSubstreams(machine, function);
                }
            }
        }
        groups.clear();
        Set.copyOf(tables.keySet()).forEach(hwpt -> retainTables(context, hwpt, Set.of()));
        Set.copyOf(functions.keySet()).forEach(device -> forgetFunction(context, device));
    }

    private static @Nullable IommufdObject after(Change change) {
        return switch (change) {
            case Change.ObjectCreated c -> c.object();
            case Change.ObjectReplaced c -> c.after();
            default -> null;
        };
    }

    private void installTables(ContextView context, HwptPaging hwpt) {
        if (hwpt.stage() != 2) {
            return; // a stage-1 table hangs on the streams that use it
        }
        if (hwpt.isDirect()) {
            hwpt.copies()
                    .forEach(copy ->
                            context.machine()
                                    .writeStage2(
                                            copy.smmu(),
                                            copy.vmid(),
                                            TableView.ofCopy(context, hwpt, copy.key())));
        } else {
            context.machine()
                    .writeStage2(hwpt.smmu(), new Vmid(hwpt.tag()), TableView.of(context, hwpt));
        }
        tables.computeIfAbsent(hwpt.id(), _ -> new LinkedHashSet<>()).addAll(tags(hwpt));
    }

    private static Set<Tag> tags(HwptPaging hwpt) {
        var tags = new LinkedHashSet<Tag>();
        if (hwpt.isDirect()) {
            hwpt.copies().forEach(copy -> tags.add(new Tag(copy.smmu(), copy.vmid())));
        } else if (hwpt.stage() == 2) {
            tags.add(new Tag(hwpt.smmu(), new Vmid(hwpt.tag())));
        }
        return tags;
    }

    /** Removes the tables of a page table whose tag is not in {@code wanted} any more. */
    private void retainTables(ContextView context, ObjectId hwpt, Set<Tag> wanted) {
        Set<Tag> installed = tables.getOrDefault(hwpt, Set.of());
        for (Tag tag : installed) {
            if (!wanted.contains(tag)
                    && !context.claims().vmidTakenElsewhere(tag.smmu, tag.vmid.value())) {
                context.machine().writeStage2(tag.smmu, tag.vmid, null);
            }
        }
        if (wanted.isEmpty()) {
            tables.remove(hwpt);
        } else {
            tables.put(hwpt, new LinkedHashSet<>(wanted));
        }
    }

    private void noteDevice(ContextView context, IommufdObject object, Set<Integer> touched) {
        if (object instanceof Device device) {
            if (functions.put(device.id(), device.function()) == null) {
                wipe(context, context.function(device));
            }
            groups.add(device.group());
            touched.add(device.group());
            context.machine().writeBusMaster(device.function(), device.busMaster());
        }
    }

    /**
     * Erases what an earlier owner may have left in a function: that owner may not know yet that it
     * has lost it, and will not touch it any more.
     */
    private static void wipe(ContextView context, PciFunction function) {
        for (int index = 0; index < function.vectors(); index++) {
            context.machine().writeMsi(function.name(), index, null);
        }
        for (int eventId = 0; eventId < function.ittSize(); eventId++) {
            writeEvent(context, function, eventId, null);
        }
    }

    private void forget(ContextView context, IommufdObject object, Set<Integer> touched) {
        if (object instanceof Device device) {
            touched.add(device.group());
            forgetFunction(context, device.id());
        }
    }

    private void forgetFunction(ContextView context, ObjectId device) {
        String name = functions.remove(device);
        Map<Integer, Integer> used = eventIds.remove(device);
        if (name != null && !context.claims().deviceTakenElsewhere(name)) {
            PciFunction function = context.host().device(name).orElseThrow();
            if (used != null) {
                used.forEach((index, eventId) -> {
                    context.machine().writeMsi(name, index, null);
                    writeEvent(context, function, eventId, null);
                });
            }
            context.machine().writeBusMaster(name, false);
        }
    }

    private void writeStreams(ContextView context, int group) {
        if (context.claims().groupTakenElsewhere(group)) {
            groups.remove(group);
            return;
        }
        for (PciFunction function : context.host().group(group)) {
            if (function.streamIds().isEmpty()) {
                continue; // no SMMU, or the mock: nothing to program
            }
            StreamTableEntry entry = StreamTableEntries.of(context, function);
            writeStage1(context, function);
            writeStreams(context.machine(), function, entry);
        }
        if (context.relations().group(group).isEmpty()) {
            groups.remove(group);
        }
    }

    private static void writeStreams(
            Machine machine, PciFunction function, @Nullable StreamTableEntry entry) {
        if (function.smmu() != null) {
            String smmu = function.smmu();
            function.streamIds().forEach(sid -> machine.writeStreamTableEntry(smmu, sid, entry));
        }
    }

    private void writeStage1(ContextView context, PciFunction function) {
        ObjectId attached = context.relations().attachmentOf(function.group());
        writeStage1(context.machine(), function, 0, stage1(context, attached));
        clearSubstreams(context.machine(), function);
        if (function.pasidBits() == 0) {
            return;
        }
        for (Device member : context.relations().group(function.group())) {
            member.pasids()
                    .forEach((pasid, hwpt) -> {
                        writeStage1(context.machine(), function, pasid, stage1(context, hwpt));
                        substreams
                                .computeIfAbsent(function.name(), _ -> new LinkedHashSet<>())
                                .add(pasid);
                    });
        }
    }

    private void clearSubstreams(Machine machine, PciFunction function) {
        Set<Integer> known = substreams.remove(function.name());
        if (known != null) {
            known.forEach(pasid -> writeStage1(machine, function, pasid, null));
        }
    }

    private static @Nullable TableView stage1(ContextView context, @Nullable ObjectId hwptId) {
        return hwptId == null
                ? null
                : context.find(hwptId, HwptPaging.class)
                        .filter(hwpt -> hwpt.stage() == 1)
                        .map(hwpt -> TableView.of(context, hwpt))
                        .orElse(null);
    }

    private static void writeStage1(
            Machine machine, PciFunction function, int substream, @Nullable TableView table) {
        if (function.smmu() != null) {
            String smmu = function.smmu();
            function.streamIds().forEach(sid -> machine.writeStage1(smmu, sid, substream, table));
        }
    }

    private void writeVector(ContextView context, MsiVector vector) {
        Device device = context.find(vector.device(), Device.class).orElseThrow();
        PciFunction function = context.function(device);
        functions.put(device.id(), device.function());
        Map<Integer, Integer> used = eventIds.computeIfAbsent(device.id(), _ -> new HashMap<>());
        Integer stale = used.remove(vector.index());
        switch (vector.state()) {
            case VectorState.Staged _ -> {
                context.machine().writeMsi(function.name(), vector.index(), null);
                writeEvent(context, function, stale, null);
            }
            case VectorState.Active active -> {
                if (stale != null && stale != active.eventId()) {
                    writeEvent(context, function, stale, null);
                }
                used.put(vector.index(), active.eventId());
                Integer base = context.host().lpiBases().get(function.name());
                writeEvent(
                        context,
                        function,
                        active.eventId(),
                        base == null ? null : base + active.eventId());
                if (device.irqType() != Device.IrqType.MSI || vector.index() == 0) {
                    var entry =
                            new MsiEntry(
                                    active.device().address(),
                                    active.device().data(),
                                    vector.masked());
                    context.machine().writeMsi(function.name(), vector.index(), entry);
                }
            }
        }
    }

    private void eraseVector(ContextView context, MsiVector vector) {
        String name = functions.get(vector.device());
        if (name != null && !context.claims().deviceTakenElsewhere(name)) {
            PciFunction function = context.host().device(name).orElseThrow();
            Map<Integer, Integer> used = eventIds.getOrDefault(vector.device(), new HashMap<>());
            context.machine().writeMsi(name, vector.index(), null);
            writeEvent(context, function, used.remove(vector.index()), null);
        }
    }

    private static void writeEvent(
            ContextView context,
            PciFunction function,
            @Nullable Integer eventId,
            @Nullable Integer lpi) {
        if (eventId != null && function.its() != null) {
            context.machine().writeEvent(function.its(), function.itsDeviceId(), eventId, lpi);
        }
    }
}

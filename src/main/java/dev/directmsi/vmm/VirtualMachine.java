package dev.directmsi.vmm;

import dev.directmsi.vmm.client.ApiException;
import dev.directmsi.vmm.client.model.AccessResponse;
import dev.directmsi.vmm.client.model.AttachmentCopyReference;
import dev.directmsi.vmm.client.model.BuildStage1Stage1Mapping;
import dev.directmsi.vmm.client.model.DeviceResponse;
import dev.directmsi.vmm.client.model.HwptResponse;
import dev.directmsi.vmm.client.model.RegionResponse;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;

/// The guest's machine: its memory, its SMMUs and its devices.
final class VirtualMachine {

    private static final long EVENTS = 16;

    private final Iommufd iommufd;
    private final Transcript out;
    private final Mode mode;
    private final Map<String, VirtualSmmu> vsmmus = new LinkedHashMap<>();
    private final List<GuestDevice> devices = new ArrayList<>();
    private final Map<Long, AttachmentCopyReference> copies = new HashMap<>();
    private long ioas;

    private VirtualMachine(Iommufd iommufd, Mode mode, Transcript out) {
        this.iommufd = iommufd;
        this.mode = mode;
        this.out = out;
    }

    /// What a VMM does before the guest runs.
    static VirtualMachine build(Iommufd iommufd, Mode mode, List<String> devices, Transcript out)
            throws ApiException {
        var machine = new VirtualMachine(iommufd, mode, out);
        List<DeviceResponse> bound = machine.bind(devices);
        out.section("The VMM builds the guest's machine on them");
        machine.giveMemory();
        machine.giveSmmus(bound);
        machine.giveDevices(bound);
        return machine;
    }

    Iommufd iommufd() {
        return iommufd;
    }

    long ioas() {
        return ioas;
    }

    List<GuestDevice> devices() {
        return devices;
    }

    List<VirtualSmmu> vsmmus() {
        return List.copyOf(vsmmus.values());
    }

    private List<DeviceResponse> bind(List<String> names) throws ApiException {
        out.section("Devices bound, for each pair of SMMU and ITS");
        List<DeviceResponse> bound = new ArrayList<>();
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("device", "group", "SMMU", "StreamID", "ITS", "DeviceID", "its doorbell"));
        for (String name : names) {
            DeviceResponse device = iommufd.bind(name);
            bound.add(device);
            rows.add(
                    List.of(
                            device.getDevice(),
                            device.getGroup().toString(),
                            device.getSmmu(),
                            Hex.of(device.getStreamIds().getFirst()),
                            Transcript.text(device.getIts()),
                            Hex.of(device.getItsDeviceId()),
                            Transcript.text(device.getDoorbell())));
        }
        out.table(rows);
        return bound;
    }

    private void giveMemory() throws ApiException {
        RegionResponse ram = iommufd.createRegion(GuestLayout.RAM_IN_VMM, GuestLayout.RAM_LENGTH);
        ioas = iommufd.allocIoas();
        var mapped =
                iommufd.map(ioas, GuestLayout.RAM, GuestLayout.RAM_IN_VMM, GuestLayout.RAM_LENGTH);
        out.fact(
                "guest RAM",
                "IPA %s..%s is PA %s and on"
                        .formatted(mapped.getIova(), mapped.getLast(), ram.getPhysical()));
    }

    private void giveSmmus(List<DeviceResponse> bound) throws ApiException {
        long parent = 0;
        for (DeviceResponse device : bound) {
            String smmu = device.getSmmu();
            if (vsmmus.containsKey(smmu)) {
                continue;
            }
            if (mode == Mode.WINDOW || vsmmus.isEmpty()) {
                if (vsmmus.size() == 1) {
                    showOneSmmuPerParent(device, parent);
                }
                parent = allocParent(device);
            }
            long viommu = iommufd.allocViommu(device.getId(), parent).getId();
            long queue = iommufd.allocVeventq(viommu, EVENTS);
            vsmmus.put(smmu, new VirtualSmmu(smmu, viommu, parent, queue));
            out.fact("vSMMU", "vIOMMU %d on %s, event queue %d".formatted(viommu, smmu, queue));
        }
    }

    private long allocParent(DeviceResponse device) throws ApiException {
        boolean direct = mode == Mode.DIRECT;
        HwptResponse parent =
                iommufd.allocNestParent(
                        device.getId(),
                        ioas,
                        direct ? List.of("NEST_PARENT", "DIRECT_MSI") : List.of("NEST_PARENT"));
        out.fact(
                "nest parent",
                direct
                        ? "HWPT %d, %s: for all SMMUs and ITSes"
                                .formatted(parent.getId(), names(parent))
                        : "HWPT %d, %s: for %s alone, VMID %d"
                                .formatted(
                                        parent.getId(),
                                        names(parent),
                                        parent.getSmmu(),
                                        parent.getVmid()));
        return parent.getId();
    }

    private static String names(HwptResponse parent) {
        return Objects.requireNonNull(parent.getFlags()).stream()
                .map(Object::toString)
                .collect(Collectors.joining(" + "));
    }

    private void showOneSmmuPerParent(DeviceResponse device, long parent) {
        try {
            iommufd.allocViommu(device.getId(), parent);
            out.fact("granted", "the same for " + device.getSmmu());
        } catch (ApiException refused) {
            out.fact(
                    "refused",
                    "the same for %s: %s".formatted(device.getSmmu(), Refusal.text(refused)));
        }
    }

    private void giveDevices(List<DeviceResponse> bound) throws ApiException {
        long virtualSid = GuestLayout.FIRST_VIRTUAL_SID;
        for (DeviceResponse device : bound) {
            VirtualSmmu vsmmu = vsmmus.get(device.getSmmu());
            if (vsmmu == null) {
                throw new IllegalStateException("no vSMMU for " + device.getDevice());
            }
            if (!device.getBusMaster()) {
                iommufd.enableBusMaster(device.getId());
            }
            iommufd.allocVdevice(vsmmu.viommu(), device.getId(), Hex.of(virtualSid));
            devices.add(new GuestDevice(device, vsmmu, virtualSid++));
        }
        out.fact(
                "vDEVICEs",
                "%s: StreamIDs %s to %s in the guest"
                        .formatted(
                                devices.size(),
                                Hex.of(devices.getFirst().virtualSid()),
                                Hex.of(devices.getLast().virtualSid())));
    }

    /// The guest's stage 1 below its devices: tables in guest RAM, one nested page table for each
    /// vSMMU.
    void nest(List<BuildStage1Stage1Mapping> mappings) throws ApiException {
        List<String> ste =
                iommufd.buildStage1(
                        ioas,
                        GuestLayout.CONTEXT_DESCRIPTORS,
                        GuestLayout.STAGE_1_TABLES,
                        mappings);
        out.stage1(mappings);
        for (VirtualSmmu vsmmu : vsmmus.values()) {
            long nested = 0;
            for (GuestDevice device : devices) {
                if (device.vsmmu().equals(vsmmu)) {
                    if (nested == 0) {
                        nested = iommufd.allocNested(device.id(), vsmmu.viommu(), ste).getId();
                    }
                    AttachmentCopyReference copy = iommufd.attach(device.id(), nested).getCopy();
                    if (copy != null) {
                        copies.put(device.id(), copy);
                    }
                }
            }
            out.fact("attached", "devices on %s to nested HWPT %d".formatted(vsmmu.smmu(), nested));
        }
    }

    /// Each device writes vector 0; the hops are told.
    List<MsiTrace> writeMsis() throws ApiException {
        List<MsiTrace> traces = new ArrayList<>();
        for (GuestDevice device : devices) {
            traces.add(trace(device, iommufd.writeMsi(device.id(), 0)));
        }
        out.table(traces.stream().flatMap(trace -> trace.hops().stream()).toList());
        return traces;
    }

    MsiTrace trace(GuestDevice device, AccessResponse access) {
        AttachmentCopyReference copy = copies.get(device.id());
        String stage2 =
                copy == null
                        ? "nest parent %d".formatted(device.vsmmu().nestParent())
                        : "copy %s".formatted(copy.getKey());
        return new MsiTrace(device, stage2, access);
    }

    /// Gives one device a stage 1 of its own: the guest has started again with its ITS elsewhere.
    void nestMoved(GuestDevice device, List<BuildStage1Stage1Mapping> mappings)
            throws ApiException {
        List<String> ste =
                iommufd.buildStage1(
                        ioas,
                        GuestLayout.MOVED_CONTEXT_DESCRIPTORS,
                        GuestLayout.MOVED_STAGE_1_TABLES,
                        mappings);
        out.stage1(mappings);
        iommufd.attach(
                device.id(),
                iommufd.allocNested(device.id(), device.vsmmu().viommu(), ste).getId());
    }
}

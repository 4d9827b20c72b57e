package dev.directmsi.control;

import dev.directmsi.address.PageSize;
import dev.directmsi.address.PhysAddr;
import dev.directmsi.control.ContextStore.StoredHost;
import dev.directmsi.hardware.its.Its;
import dev.directmsi.hardware.pci.PciFunction;
import dev.directmsi.hardware.pci.Topology;
import dev.directmsi.hardware.smmu.Smmu;
import dev.directmsi.hardware.smmu.StreamId;
import dev.directmsi.iommufd.Command;
import dev.directmsi.iommufd.ContextId;
import dev.directmsi.iommufd.command.AllocHwpt;
import dev.directmsi.iommufd.driver.DriverData;
import dev.directmsi.iommufd.object.HwptFlag;
import dev.directmsi.iommufd.object.HwptPaging;
import dev.directmsi.iommufd.object.ObjectId;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Control planes over one store, on a host with one SMMU, one ITS and two devices of their own
/// groups.
final class Replicas {

    static final String FIRST = "0000:01:00.0";
    static final String SECOND = "0000:02:00.0";
    static final String SMMU = "smmu0";
    static final String HOST = "host";

    private final ContextStore store;
    private final Topology topology;

    /// @param vmidBits as few as it takes to run out
    Replicas(ContextStore store, int vmidBits) {
        this(store, vmidBits, HOST);
    }

    Replicas(ContextStore store, int vmidBits, String host) {
        this.store = store;
        this.topology = topology(vmidBits);
        store.putHost(host, null, StoredHost.of(host, "a host"), null);
    }

    private static Topology topology(int vmidBits) {
        var smmu =
                new Smmu(
                        SMMU,
                        new PhysAddr(0x905_0000),
                        48,
                        List.of(PageSize.SIZE_4K),
                        vmidBits,
                        16,
                        0,
                        true,
                        true,
                        0,
                        false,
                        false,
                        true,
                        0);
        return new Topology(
                HOST,
                PageSize.SIZE_4K,
                new PhysAddr(0x8000_0000L),
                true,
                List.of(smmu),
                List.of(new Its("its0", new PhysAddr(0x808_0000), 16, 16, true)),
                List.of(function(FIRST, 1), function(SECOND, 2)));
    }

    private static PciFunction function(String name, int number) {
        return new PciFunction(
                name,
                SMMU,
                List.of(new StreamId(number)),
                "its0",
                number,
                number,
                null,
                4,
                0,
                true,
                false,
                false,
                false,
                false,
                List.of());
    }

    /// A process that knows nothing yet.
    ControlPlane start() {
        return new ControlPlane(store, hosts(store));
    }

    /// The hosts as a process sees them through a store of its own.
    HostRegistry hosts(ContextStore seen) {
        return new HostRegistry(seen, _ -> topology);
    }

    /// A process whose feed the test can reach.
    ControlPlane start(ChangeFeed feed) {
        return new ControlPlane(
                store,
                new HostRegistry(store, _ -> topology),
                (changes, before) -> "[\"" + changes.size() + " from " + before.revision() + "\"]",
                feed);
    }

    static ContextId open(ControlPlane plane) {
        return open(plane, HOST);
    }

    static ContextId open(ControlPlane plane, String host) {
        var outcome = plane.open(host, "test", null, Guard.NONE, Replicas::answer);
        return ((Outcome.Done<ContextId>) outcome).reply();
    }

    static <R> R run(ControlPlane plane, ContextId id, Command<R> command) {
        var outcome = plane.execute(id, command, Guard.NONE, Replicas::answer);
        return ((Outcome.Done<R>) outcome).reply();
    }

    /// The answer shows reply and revision, so that a repeat can be told from a new decision.
    static <R> Answer answer(R reply, long revision) {
        byte[] body = (revision + ": " + reply).getBytes(StandardCharsets.UTF_8);
        return new Answer(200, Map.of(), body);
    }

    static int revision(ControlPlane plane, ContextId id) {
        return (int) (long) plane.read(id, view -> view.revision());
    }

    static int objects(ControlPlane plane, ContextId id) {
        return plane.read(id, view -> view.objects().size());
    }

    /// A nest parent as in Linux: it takes a VMID.
    static HwptPaging nestParent(ControlPlane plane, ContextId id, ObjectId device, ObjectId ioas) {
        var command =
                new AllocHwpt(device, ioas, Set.of(HwptFlag.NEST_PARENT), 0, DriverData.NONE, null);
        return (HwptPaging) run(plane, id, command);
    }
}

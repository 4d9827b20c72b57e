package dev.directmsi.bench;

import dev.directmsi.address.Access;
import dev.directmsi.address.Iova;
import dev.directmsi.address.Ipa;
import dev.directmsi.address.PageSize;
import dev.directmsi.address.UserVa;
import dev.directmsi.control.HardwareProgrammer;
import dev.directmsi.control.host.Presets;
import dev.directmsi.hardware.pci.Topology;
import dev.directmsi.hardware.smmu.DefaultSubstream;
import dev.directmsi.hardware.smmu.GuestStage1;
import dev.directmsi.iommufd.Change;
import dev.directmsi.iommufd.Command;
import dev.directmsi.iommufd.ContextId;
import dev.directmsi.iommufd.ContextState;
import dev.directmsi.iommufd.Decision;
import dev.directmsi.iommufd.RulesHost;
import dev.directmsi.iommufd.command.AllocHwpt;
import dev.directmsi.iommufd.command.AllocIoas;
import dev.directmsi.iommufd.command.AllocVdevice;
import dev.directmsi.iommufd.command.AllocViommu;
import dev.directmsi.iommufd.command.AllowIovas;
import dev.directmsi.iommufd.command.AttachDevice;
import dev.directmsi.iommufd.command.BindDevice;
import dev.directmsi.iommufd.command.BuildStage1;
import dev.directmsi.iommufd.command.CreateRegion;
import dev.directmsi.iommufd.command.MapPages;
import dev.directmsi.iommufd.driver.DriverData;
import dev.directmsi.iommufd.object.Backing;
import dev.directmsi.iommufd.object.ContextInfo;
import dev.directmsi.iommufd.object.Device;
import dev.directmsi.iommufd.object.HwptFlag;
import dev.directmsi.iommufd.object.Mapping;
import dev.directmsi.iommufd.object.ObjectId;
import dev.directmsi.iommufd.object.Pages;
import dev.directmsi.iommufd.object.Viommu;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// A context without a store: a guest on `lab` whose devices are nested on a DIRECT_MSI table, with
/// as many mappings as wanted.
final class RuleWorld {

    /// Where mappings lie, one page in four.
    static final long IOVA = 0x1_0000_0000L;

    static final long STRIDE = 0x4000;
    static final long PAGE = 0x1000;
    static final long MSI_VA = 0x0800_0000L;
    static final long DATA_VA = 0x1000_0000L;

    private static final UserVa TABLES = new UserVa(0x7000_0000_0000L);
    private static final UserVa RAM = new UserVa(0x7f00_0000_0000L);
    private static final long GUEST_TABLES = 0x4000_0000L;

    private final ContextState state;
    private final RulesHost host;
    private final HardwareProgrammer programmer = new HardwareProgrammer();

    final ObjectId ioas;

    /// Attached to the nested table, behind smmu0 and its0.
    final Device device;

    /// Bound only, behind smmu0 and its1.
    final Device sibling;

    /// Bound only, behind another SMMU.
    final Device stranger;

    final ObjectId parent;
    final ObjectId nested;

    RuleWorld(int mappings) {
        Topology topology = Presets.load().preset("lab").orElseThrow();
        host = new RulesHost(topology);
        var id = new ContextId(1);
        var info = ContextInfo.opened("bench", "lab", "hash", topology.hostPageSize());
        state = new ContextState(id, 1, info, topology, host.seenBy(id), host.machine());
        run(new CreateRegion(TABLES, 0x10_0000, Access.READ_WRITE, null));
        run(new CreateRegion(RAM, 0x4_0000_0000L, Access.READ_WRITE, null));
        ioas = run(new AllocIoas(0)).id();
        run(mapFixed(TABLES, GUEST_TABLES, 0x10_0000));
        device = run(new BindDevice("0000:01:00.0"));
        sibling = run(new BindDevice("0000:02:00.0"));
        stranger = run(new BindDevice("0001:01:00.0"));
        parent = alloc(ioas, Set.of(HwptFlag.NEST_PARENT, HwptFlag.DIRECT_MSI), DriverData.NONE);
        ObjectId viommu =
                run(new AllocViommu(device.id(), parent, Viommu.ARM_SMMUV3, 0, DriverData.NONE))
                        .id();
        run(new AllocVdevice(viommu, device.id(), 0x10));
        run(new AllocVdevice(viommu, sibling.id(), 0x20));
        BuildStage1.Built built = run(stage1());
        nested = alloc(viommu, Set.of(), DriverData.ofSte(built.ste0(), built.ste1()));
        run(new AttachDevice(device.id(), nested));
        fill(mappings);
        // Else an automatic place would be found below all of them.
        run(new AllowIovas(ioas, List.of(new AllowIovas.Bounds(IOVA, (1L << 44) - 1))));
    }

    private ObjectId alloc(ObjectId on, Set<HwptFlag> flags, DriverData data) {
        return run(new AllocHwpt(device.id(), on, flags, 0, data, null)).id();
    }

    private BuildStage1 stage1() {
        return new BuildStage1(
                ioas,
                new Ipa(GUEST_TABLES),
                new Ipa(GUEST_TABLES + 0x1000),
                PageSize.SIZE_4K,
                DefaultSubstream.SUBSTREAM_0,
                List.of(
                        new GuestStage1.Context(
                                0,
                                1,
                                List.of(
                                        guest(MSI_VA, 0x0809_0000L),
                                        guest(DATA_VA, IOVA + 8 * STRIDE)))));
    }

    private static GuestStage1.Mapping guest(long va, long ipa) {
        return new GuestStage1.Mapping(new Iova(va), new Ipa(ipa), PAGE, Access.READ_WRITE);
    }

    private void fill(int mappings) {
        var changes = new ArrayList<Change>(mappings);
        for (int i = 0; i < mappings; i++) {
            changes.add(new Change.MappingAdded(ioas, mapping(i)));
        }
        state.apply(state.revision() + 1, changes);
    }

    private static Mapping mapping(int number) {
        long first = IOVA + number * STRIDE;
        return new Mapping(
                first,
                first + PAGE - 1,
                backing(number),
                Access.READ_WRITE,
                new Pages(number, true, false));
    }

    static Backing backing(int number) {
        return new Backing.UserMemory(RAM.plus(number * PAGE));
    }

    private MapPages mapFixed(UserVa from, long iova, long length) {
        return new MapPages(
                ioas, new Backing.UserMemory(from), length, new Iova(iova), Access.READ_WRITE);
    }

    ContextState state() {
        return state;
    }

    /// Decides, applies and programs: everything but the store.
    <R> R run(Command<R> command) {
        if (!(command.decide(state)
                instanceof Decision.Accepted<R>(R reply, List<Change> changes))) {
            throw new IllegalStateException("stopped half-way: " + command);
        }
        host.note(state.id(), changes);
        state.apply(state.revision() + 1, changes);
        programmer.program(state, changes);
        return reply;
    }
}

package dev.directmsi.iommufd;

import dev.directmsi.address.AddressRange;
import dev.directmsi.hardware.its.Its;
import dev.directmsi.hardware.pci.MsiEntry;
import dev.directmsi.hardware.pci.PciFunction;
import dev.directmsi.hardware.smmu.PageTable.Leaf;
import dev.directmsi.hardware.smmu.Stage2Descriptor;
import dev.directmsi.hardware.smmu.StreamTableEntry;
import dev.directmsi.hardware.smmu.Vmid;
import dev.directmsi.iommufd.object.Device;
import dev.directmsi.iommufd.object.Device.IrqType;
import dev.directmsi.iommufd.object.HwptPaging;
import dev.directmsi.iommufd.object.Ioas;
import dev.directmsi.iommufd.object.Mapping;
import dev.directmsi.iommufd.object.MsiVector;
import dev.directmsi.iommufd.object.S2Copy;
import dev.directmsi.msi.AddressOrigin;
import dev.directmsi.msi.DoorbellPage;
import dev.directmsi.msi.VectorState;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// The numbered invariants of the design (MSI under nesting, 4.10), read with its decisions:
/// membership is per device, the key of a copy is (parent, SMMU, ITS or none). Those about single
/// operations (31 to 34, 37, 38) are checked where operations are run.
public final class Invariants {

    private final ContextView context;
    private final Collection<Claim> claims;

    private Invariants(ContextView context, Collection<Claim> claims) {
        this.context = context;
        this.claims = claims;
    }

    /// Checks all of them.
    ///
    /// @param claims what this context holds on its host
    public static void check(ContextView context, Collection<Claim> claims) {
        var invariants = new Invariants(context, claims);
        invariants.tags();
        for (HwptPaging hwpt : context.all(HwptPaging.class)) {
            if (hwpt.isDirect()) {
                invariants.parent(hwpt);
            }
        }
        context.all(Ioas.class).forEach(invariants::reservations);
        context.all(Device.class).forEach(invariants::device);
        invariants.events();
        invariants.hardware();
        invariants.memory();
    }

    /// The memory map is that of the regions, files and kept pages as they are.
    private void memory() {
        if (!context.memory().equals(MemoryMap.of(context))) {
            throw new AssertionError("the memory map is an old one");
        }
    }

    private static void require(boolean holds, int number, Object... what) {
        if (!holds) {
            throw new AssertionError("invariant " + number + ": " + List.of(what));
        }
    }

    /// 3: VMIDs of one SMMU are distinct, in range, and claimed exactly while something owns them.
    private void tags() {
        var owned = new HashSet<Claim>();
        for (HwptPaging hwpt : context.all(HwptPaging.class)) {
            for (S2Copy copy : hwpt.copies()) {
                own(owned, new Claim.VmidClaim(copy.smmu(), copy.vmid()));
                int limit = context.smmu(copy.smmu()).vmidLimit();
                require(copy.vmid().value() >= 1 && copy.vmid().value() <= limit, 3, copy);
            }
            if (!hwpt.isDirect() && context.host().mock(hwpt.smmu()).isEmpty()) {
                own(
                        owned,
                        hwpt.stage() == 2
                                ? new Claim.VmidClaim(hwpt.smmu(), new Vmid(hwpt.tag()))
                                : new Claim.AsidClaim(hwpt.smmu(), hwpt.tag()));
            }
        }
        for (Device device : context.all(Device.class)) {
            owned.add(new Claim.GroupClaim(device.group()));
            own(owned, new Claim.DeviceClaim(device.function()));
        }
        context.regions().values().stream()
                .filter(region -> region.file() == null)
                .forEach(region -> own(owned, new Claim.RamClaim(region.physicalRange())));
        KeptMemory.ram(context.keptPages().values())
                .ranges()
                .forEach(range -> own(owned, new Claim.RamClaim(range)));
        context.files()
                .values()
                .forEach(file ->
                        own(
                                owned,
                                new Claim.RamClaim(
                                        AddressRange.of(
                                                file.physical().value(),
                                                (file.size() + 0xfff) & -0x1000L))));
        require(owned.equals(new HashSet<>(claims)), 3, "owned", owned, "claimed", claims);
    }

    private static void own(Set<Claim> owned, Claim claim) {
        require(owned.add(claim), 3, "owned twice", claim);
    }

    private void parent(HwptPaging parent) {
        List<Device> devices = Reservation.devicesOn(context.relations(), parent);
        var groups = new TreeSet<Integer>();
        devices.forEach(device -> groups.add(device.group()));
        Map<S2Copy.Key, CopyState> copies = context.relations().copiesOf(parent.id());
        require(parent.doorbellPages() == 0, 13, "a direct parent has window pages", parent);
        for (Integer group : groups) {
            for (PciFunction function : context.host().group(group)) {
                List<CopyState> in =
                        copies.values().stream()
                                .filter(copy -> copy.members().contains(function))
                                .toList();
                require(in.size() == 1, 1, function.name(), in);
                S2Copy copy = in.getFirst().copy();
                require(copy.takes(CopyState.keyOf(function)), 5, function.name(), copy);
                require(copy.smmu().equals(function.smmu()), 2, function.name(), copy);
            }
        }
        for (CopyState copy : copies.values()) {
            require(!copy.members().isEmpty(), 4, copy);
            copy.members()
                    .forEach(member ->
                            require(groups.contains(member.group()), 1, member.name(), copy));
            copy(parent, copy, devices);
            agree(parent, copy, copies.values());
        }
        for (Device device : devices) {
            if (device.target() != null) {
                effective(parent, device, copies);
            }
        }
    }

    /// 6 and 15: the target of an attached device leads to its real doorbell, bit-exact.
    private void effective(HwptPaging parent, Device device, Map<S2Copy.Key, CopyState> copies) {
        PciFunction function = context.function(device);
        CopyState copy = copies.get(CopyState.keyOf(function));
        require(copy != null, 6, device);
        if (copy == null || device.target() == null || function.its() == null) {
            return;
        }
        Its its = context.host().its(function.its()).orElseThrow();
        long doorbell = device.target().doorbell().value();
        MsiPage page = copy.msiPages().get(copy.granule().floor(doorbell));
        require(page != null && page.its().equals(its), 6, device, copy);
        Leaf leaf =
                TableView.ofCopy(context, parent, copy.copy().key()).lookup(doorbell).orElse(null);
        require(
                leaf != null && output(leaf, copy, doorbell) == its.doorbell().value(),
                15,
                device,
                String.valueOf(leaf));
    }

    private static long output(Leaf leaf, CopyState copy, long input) {
        return new Stage2Descriptor(leaf.descriptor(), copy.granule(), leaf.level())
                        .outputAddress()
                        .value()
                + (input - leaf.inputBase());
    }

    /// 7 to 11, 13, 14: what a copy holds beside the mappings.
    private void copy(HwptPaging parent, CopyState copy, List<Device> devices) {
        TableView table = TableView.ofCopy(context, parent, copy.copy().key());
        for (MsiPage page : copy.msiPages().values()) {
            List<String> demanders =
                    devices.stream()
                            .filter(device ->
                                    device.target() != null
                                            && page.ipa()
                                                    .contains(device.target().doorbell().value())
                                            && copy.copy()
                                                    .takes(
                                                            CopyState.keyOf(
                                                                    context.function(device))))
                            .map(Device::function)
                            .sorted()
                            .toList();
            require(!demanders.isEmpty(), 7, page);
            require(
                    demanders.equals(page.demanders().stream().sorted().toList()),
                    8,
                    page,
                    demanders);
            var physical = AddressRange.of(page.page().value(), copy.granule().bytes());
            require(physical.contains(page.its().doorbell().value()), 9, page);
            context.host()
                    .itses()
                    .forEach(its -> require(!physical.overlaps(its.controlFrame()), 9, page, its));
            require(page.its().name().equals(copy.copy().its()), 14, page, copy.copy());
            Leaf leaf = table.lookup(page.ipa().first()).orElseThrow();
            var descriptor = new Stage2Descriptor(leaf.descriptor(), copy.granule(), leaf.level());
            require(
                    descriptor.isWritable()
                            && !descriptor.isReadable()
                            && descriptor.executeNever() != 0
                            && descriptor.isDevice()
                            && leaf.size() == copy.granule().bytes(),
                    10,
                    page,
                    leaf);
            require(context.mappings(parent.ioas()).firstIn(page.ipa()).isEmpty(), 11, page);
        }
        for (long at = 0; at < DoorbellPage.WINDOW_LENGTH; at += copy.granule().bytes()) {
            long ipa = DoorbellPage.WINDOW_START + at;
            boolean mapped = table.lookup(ipa).isPresent();
            boolean expected =
                    copy.msiPages().containsKey(ipa)
                            || context.mappings(parent.ioas()).at(ipa).isPresent();
            require(!mapped || expected, 13, Long.toHexString(ipa));
        }
    }

    /// 12 and 36: copies of one parent show the same mappings, each whole.
    private void agree(HwptPaging parent, CopyState copy, Collection<CopyState> all) {
        TableView table = TableView.ofCopy(context, parent, copy.copy().key());
        for (Mapping area : context.mappings(parent.ioas()).all()) {
            for (long probe : new long[] {area.first(), area.last()}) {
                Leaf leaf = table.lookup(probe).orElse(null);
                require(leaf != null, 36, area, copy.copy());
                for (CopyState other : all) {
                    Leaf same =
                            TableView.ofCopy(context, parent, other.copy().key())
                                    .lookup(probe)
                                    .orElse(null);
                    require(
                            leaf != null
                                    && same != null
                                    && output(leaf, copy, probe) == output(same, other, probe),
                            12,
                            area,
                            copy.copy(),
                            other.copy());
                }
            }
        }
    }

    /// 16 to 18: MSI page reservations of an IOAS.
    private void reservations(Ioas ioas) {
        var demanded = new HashSet<AddressRange>();
        for (HwptPaging hwpt : context.relations().tablesOf(ioas.id())) {
            context.relations()
                    .copiesOf(hwpt.id())
                    .values()
                    .forEach(copy ->
                            copy.msiPages().values().forEach(page -> demanded.add(page.ipa())));
        }
        Relations.Space space = context.relations().space(ioas.id());
        var reserved = new HashSet<AddressRange>();
        space.reservations().stream()
                .filter(reservation -> reservation.kind() == Reservation.Kind.MSI_PAGE)
                .forEach(reservation -> reserved.add(reservation.range()));
        require(reserved.equals(demanded), 16, reserved, demanded);
        for (AddressRange page : reserved) {
            require(context.mappings(ioas.id()).firstIn(page).isEmpty(), 17, page);
            require(ioas.allowed().stream().noneMatch(page::overlaps), 17, page, ioas.allowed());
            require(
                    space.reservations().stream()
                            .filter(other ->
                                    other.kind() == Reservation.Kind.REGION
                                            || other.kind() == Reservation.Kind.APERTURE)
                            .noneMatch(other -> other.range().overlaps(page)),
                    17,
                    page);
            require(space.reserved().complement().stream().noneMatch(page::overlaps), 18, page);
        }
        for (Reservation reservation : space.reservations()) {
            require(
                    context.mappings(ioas.id()).firstIn(reservation.range()).isEmpty(),
                    17,
                    reservation,
                    "is mapped");
        }
    }

    /// 19 to 21, 23 to 25: the vectors of a device.
    private void device(Device device) {
        PciFunction function = context.function(device);
        boolean direct = command(device);
        int actives = 0;
        @Nullable Long block = null;
        for (MsiVector vector : context.vectors(device.id()).values()) {
            require(vector.device().equals(device.id()), 26, vector);
            switch (vector.state()) {
                case VectorState.Staged _ ->
                        require(
                                context.machine().msi(function.name(), vector.index()) == null,
                                21,
                                vector);
                case VectorState.Active active -> {
                    actives++;
                    block = active(device, function, direct, vector, active, block);
                }
            }
        }
        require(device.irqType() != IrqType.NONE || actives == 0, 24, device);
        require(actives == 0 || device.irqCount() > 0, 24, device);
        require(device.irqType() == IrqType.NONE || actives > 0, 24, device, "none is ACTIVE");
        context.relations().vdeviceOf(device.id());
    }

    private boolean command(Device device) {
        return Reservation.devicesOn(context.relations(), direct(device)).contains(device);
    }

    /// The DIRECT_MSI parent that a device may be on; any paging HWPT does where there is none.
    private HwptPaging direct(Device device) {
        return context.all(HwptPaging.class).stream()
                .filter(HwptPaging::isDirect)
                .filter(hwpt -> Reservation.devicesOn(context.relations(), hwpt).contains(device))
                .findFirst()
                .orElse(NOWHERE);
    }

    private static final HwptPaging NOWHERE =
            new HwptPaging(
                    new dev.directmsi.iommufd.object.ObjectId(-1),
                    0,
                    new dev.directmsi.iommufd.object.ObjectId(-1),
                    false,
                    Set.of(),
                    "",
                    1,
                    dev.directmsi.address.PageSize.SIZE_4K,
                    AddressRange.ALL,
                    1,
                    false,
                    null,
                    false,
                    0,
                    List.of());

    private @Nullable Long active(
            Device device,
            PciFunction function,
            boolean direct,
            MsiVector vector,
            VectorState.Active active,
            @Nullable Long block) {
        require(active.eventId() < function.ittSize(), 22, vector);
        if (active.origin() == AddressOrigin.GUEST) {
            require(
                    direct && device.target() != null && active.guest() != null,
                    19,
                    device,
                    vector);
            require(
                    active.guest() != null
                            && active.device().address() == active.guest().address()
                            && active.device().data() == active.eventId()
                            && (active.device().address() & 0xfff) == 0x040,
                    20,
                    vector);
        }
        Integer lpi =
                context.machine()
                        .event(
                                String.valueOf(function.its()),
                                function.itsDeviceId(),
                                active.eventId());
        require(lpi != null && lpi >= Its.FIRST_LPI, 22, vector, String.valueOf(lpi));
        MsiEntry entry = context.machine().msi(function.name(), vector.index());
        if (device.irqType() == IrqType.MSI) {
            require(
                    function.msi() == null
                            || function.msi().address64()
                            || active.device().address() >>> 32 == 0,
                    23,
                    vector);
            require(block == null || block == active.device().address(), 23, vector);
            require((entry != null) == (vector.index() == 0), 23, vector, String.valueOf(entry));
            return active.device().address();
        }
        require(
                entry != null
                        && entry.address() == active.device().address()
                        && entry.data() == active.device().data()
                        && entry.masked() == vector.masked(),
                25,
                vector,
                String.valueOf(entry));
        return block;
    }

    /// 22: an event belongs to one vector; 28 and 29: no write reaches another ITS.
    private void events() {
        var seen = new HashSet<List<Object>>();
        for (Device device : context.all(Device.class)) {
            PciFunction function = context.function(device);
            for (MsiVector vector : context.vectors(device.id()).values()) {
                if (vector.state() instanceof VectorState.Active active) {
                    require(
                            seen.add(
                                    List.of(
                                            String.valueOf(function.its()),
                                            function.itsDeviceId(),
                                            active.eventId())),
                            22,
                            vector);
                    arrives(device, function, vector, active);
                }
            }
        }
    }

    private void arrives(
            Device device, PciFunction function, MsiVector vector, VectorState.Active active) {
        var access = new DeviceAccess(context, device);
        Landing landing =
                access.message(active.device().address(), active.device().data()).landing();
        require(!(landing instanceof Landing.WrongIts), 28, function.name(), vector, landing);
        if (landing instanceof Landing.Delivered delivered) {
            require(
                    delivered.its().equals(function.its())
                            && delivered.deviceId() == function.itsDeviceId()
                            && delivered.eventId() == active.eventId(),
                    27,
                    vector,
                    delivered);
        }
        HwptPaging parent = direct(device);
        boolean plain = parent.id().equals(device.attachedTo()); // no stage 1 in between: VA is IPA
        if (plain && device.target() != null) {
            Landing straight =
                    access.message(device.target().doorbell().value(), active.eventId()).landing();
            require(straight instanceof Landing.Delivered, 27, vector, straight);
        }
    }

    /// The stream tables are what follows from the context.
    private void hardware() {
        for (PciFunction function : context.host().devices()) {
            if (function.smmu() != null && !context.relations().group(function.group()).isEmpty()) {
                StreamTableEntry expected = StreamTableEntries.of(context, function);
                String smmu = function.smmu();
                function.streamIds()
                        .forEach(sid ->
                                require(
                                        java.util.Objects.equals(
                                                expected,
                                                context.machine().streamTableEntry(smmu, sid)),
                                        25,
                                        function.name(),
                                        String.valueOf(expected)));
            }
        }
    }
}

package dev.directmsi.iommufd.driver;

import static dev.directmsi.iommufd.Reason.*;

import dev.directmsi.address.AddressRange;
import dev.directmsi.address.PageSize;
import dev.directmsi.address.PhysAddr;
import dev.directmsi.hardware.pci.PciFunction;
import dev.directmsi.hardware.smmu.Smmu;
import dev.directmsi.iommufd.ContextView;
import dev.directmsi.iommufd.Reservation;
import dev.directmsi.iommufd.TableView;
import dev.directmsi.iommufd.driver.HwInfo.Capability;
import dev.directmsi.iommufd.object.Device;
import dev.directmsi.iommufd.object.HwQueue;
import dev.directmsi.iommufd.object.HwptFlag;
import dev.directmsi.iommufd.object.HwptNested;
import dev.directmsi.iommufd.object.HwptPaging;
import dev.directmsi.iommufd.object.IommufdObject;
import dev.directmsi.iommufd.object.Mapping;
import dev.directmsi.iommufd.object.Vdevice;
import dev.directmsi.iommufd.object.Viommu;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** {@code arm-smmu-v3} of Linux 7.2, with the proposal's DIRECT_MSI parents. */
record ArmSmmuV3Driver(ContextView context, Smmu smmu) implements IommuDriver {

    @Override
    public String iommu() {
        return smmu.name();
    }

    @Override
    public boolean tracksDirtyPages(PciFunction function) {
        return smmu.httu() >= 2 && smmu.coherent() && function.dirtyTracking();
    }

    @Override
    public TableShape shape(PciFunction function, Set<HwptFlag> flags, DriverData data) {
        if (data.length() > 0) {
            throw HWPT_DATA_UNSUPPORTED.refusal(
                    "problem", "a paging HWPT of the SMMUv3 takes no data");
        }
        boolean parent = flags.contains(HwptFlag.NEST_PARENT);
        if (flags.contains(HwptFlag.DIRECT_MSI) && !parent) {
            throw unsupported(flags, "DIRECT_MSI goes with NEST_PARENT");
        }
        if (parent) {
            if (flags.contains(HwptFlag.DIRTY_TRACKING) || flags.contains(HwptFlag.PASID)) {
                throw unsupported(flags, "a nest parent tracks no dirty pages and takes no PASIDs");
            }
            if (!smmu.nesting()) {
                throw HWPT_NESTING_UNSUPPORTED.refusal("smmu", smmu.name());
            }
        }
        PageSize granule = smmu.granuleFor(context.pageSize());
        if (!parent) {
            var aperture = new AddressRange(0, (1L << TableView.stage1Bits(smmu, granule)) - 1);
            int asid = Tags.freeAsid(context, smmu);
            return new TableShape(1, granule, aperture, asid, function.canwbs());
        }
        int vmid =
                flags.contains(HwptFlag.DIRECT_MSI)
                        ? 0
                        : Tags.freeVmid(context, smmu, Set.of()).value();
        AddressRange aperture = Reservation.stage2Aperture(smmu, granule);
        return new TableShape(2, granule, aperture, vmid, function.canwbs());
    }

    private static RuntimeException unsupported(Set<HwptFlag> flags, String problem) {
        return HWPT_FLAGS_UNSUPPORTED.refusal(
                "flags", flags.stream().sorted().toList().toString(), "problem", problem);
    }

    @Override
    public long pageSizes(PageSize granule) {
        return smmu.leafSizes(granule).stream()
                .mapToLong(PageSize::bytes)
                .reduce(0, (all, size) -> all | size);
    }

    @Override
    public boolean nestsOnTables() {
        return false;
    }

    @Override
    public GuestTable guestTable(Set<HwptFlag> flags, DriverData data) {
        if (flags.contains(HwptFlag.PASID)) {
            throw unsupported(flags, "the SMMUv3 keeps PASIDs of a guest in the guest's tables");
        }
        return GuestSte.check(data);
    }

    @Override
    public void checkAttach(Device device, IommufdObject hwpt, int pasids) {
        PciFunction function = context.function(device);
        switch (hwpt) {
            case HwptPaging paging -> {
                if (paging.isDirect() && !smmu.nesting()) {
                    throw HWPT_NESTING_UNSUPPORTED.refusal("smmu", smmu.name());
                }
                if (!paging.isDirect() && !paging.smmu().equals(smmu.name())) {
                    throw otherSmmu(hwpt, paging.smmu(), function);
                }
                if (paging.stage() == 2 && pasids > 0) {
                    throw ATTACH_PASIDS_IN_USE.refusal("devId", device.id(), "count", pasids);
                }
                if (paging.enforcesCoherency() && !function.canwbs()) {
                    throw ATTACH_COHERENCY.refusal("hwptId", hwpt.id(), "device", function.name());
                }
            }
            case HwptNested nested -> checkNested(device, function, nested, pasids);
            case IommufdObject other -> throw new IllegalStateException("no table: " + other);
        }
    }

    private void checkNested(Device device, PciFunction function, HwptNested nested, int pasids) {
        Viommu viommu = context.viommuOf(nested);
        if (!viommu.smmu().equals(smmu.name())) {
            throw otherSmmu(nested, viommu.smmu(), function);
        }
        if (pasids > 0) {
            throw ATTACH_PASIDS_IN_USE.refusal("devId", device.id(), "count", pasids);
        }
        boolean known =
                context.relations()
                        .vdeviceOf(device.id())
                        .map(Vdevice::viommu)
                        .filter(viommu.id()::equals)
                        .isPresent();
        if (nested.translates() && !known) {
            throw ATTACH_NO_VDEVICE.refusal(
                    "hwptId", nested.id(), "devId", device.id(), "viommuId", viommu.id());
        }
    }

    private RuntimeException otherSmmu(IommufdObject hwpt, String owner, PciFunction function) {
        return ATTACH_OTHER_SMMU.refusal(
                "hwptId",
                hwpt.id(),
                "hwptSmmu",
                owner,
                "device",
                function.name(),
                "smmu",
                smmu.name());
    }

    /** Where no function of the group has PASIDs the kernel asks nobody, and succeeds. */
    @Override
    public void checkAttachPasid(Device device, IommufdObject hwpt, int pasid) {
        boolean any = false;
        for (PciFunction function : context.host().group(device.group())) {
            int bits = Math.min(function.pasidBits(), smmu.ssidBits());
            if (function.pasidBits() > 0 && pasid >= 1 << bits) {
                throw PASID_UNSUPPORTED.refusal(
                        "pasid", pasid, "device", function.name(), "bits", bits);
            }
            any |= function.pasidBits() > 0;
        }
        if (!any) {
            return;
        }
        PciFunction function = context.function(device);
        switch (hwpt) {
            case HwptPaging paging -> {
                if (!paging.smmu().equals(smmu.name())) {
                    throw otherSmmu(hwpt, paging.smmu(), function);
                }
            }
            case IommufdObject other -> throw new IllegalStateException("takes no PASID: " + other);
        }
    }

    @Override
    public AddressRange leaf(HwptPaging hwpt, Mapping area, long iova) {
        return TableView.of(context, hwpt)
                .lookup(iova)
                .map(leaf -> AddressRange.of(leaf.inputBase(), leaf.size()))
                .orElseGet(() -> hwpt.granule().page(iova));
    }

    @Override
    public long reportedBytes(AddressRange leaf) {
        return leaf.length();
    }

    @Override
    public HwInfo hwInfo(PciFunction function, @Nullable Integer type) {
        boolean queues = type != null && type == HwInfo.TEGRA241_CMDQV && smmu.commandQueues() > 0;
        if (type != null && type != HwInfo.DEFAULT && type != HwInfo.ARM_SMMUV3 && !queues) {
            throw HW_INFO_TYPE_UNSUPPORTED.refusal("type", type);
        }
        var capabilities = new TreeSet<Capability>();
        if (tracksDirtyPages(function)) {
            capabilities.add(Capability.DIRTY_TRACKING);
        }
        if (!(smmu.ats() && function.ats())) {
            capabilities.add(Capability.PCI_ATS_NOT_SUPPORTED);
        }
        int pasidBits = Math.min(function.pasidBits(), smmu.ssidBits());
        return queues
                ? new HwInfo(
                        HwInfo.TEGRA241_CMDQV,
                        TegraCommandQueues.hwInfo(smmu),
                        pasidBits,
                        capabilities)
                : new HwInfo(HwInfo.ARM_SMMUV3, registers(), pasidBits, capabilities);
    }

    /** {@code struct iommu_hw_info_arm_smmuv3}: flags, reserved, IDR0 to IDR5, IIDR, AIDR. */
    private List<Integer> registers() {
        List<Integer> words = new ArrayList<>(List.of(0, 0));
        words.addAll(smmu.identification());
        words.addAll(List.of(0, smmu.aidr()));
        return words;
    }

    @Override
    public void checkViommuType(PciFunction function, int type) {
        if (!smmu.nesting()) {
            throw noViommu(type, function, smmu.name() + " cannot nest");
        }
        if (!function.canwbs() && !smmu.s2fwb()) {
            throw VIOMMU_NOT_COHERENT.refusal("device", function.name(), "smmu", smmu.name());
        }
        if (type != Viommu.ARM_SMMUV3
                && !(type == Viommu.TEGRA241_CMDQV && smmu.commandQueues() > 0)) {
            throw noViommu(type, function, smmu.name() + " does not have it");
        }
    }

    private static RuntimeException noViommu(int type, PciFunction function, String problem) {
        return VIOMMU_TYPE_UNSUPPORTED.refusal(
                "type", type, "device", function.name(), "problem", problem);
    }

    @Override
    public ViommuShape viommu(Device device, HwptPaging parent, int type, DriverData data) {
        if (!parent.isDirect() && !parent.smmu().equals(smmu.name())) {
            throw VIOMMU_OTHER_SMMU.refusal(
                    "hwptId",
                    parent.id(),
                    "parentSmmu",
                    parent.smmu(),
                    "devId",
                    device.id(),
                    "smmu",
                    smmu.name());
        }
        return type == Viommu.TEGRA241_CMDQV
                ? new TegraCommandQueues(context, smmu).viommu(parent, data)
                : ViommuShape.PLAIN;
    }

    @Override
    public byte[] answer(Viommu viommu, DriverData given) {
        return TegraCommandQueues.answer(viommu, given);
    }

    @Override
    public Invalidation invalidate(HwptNested hwpt, UserArray entries) {
        throw INVALIDATE_NESTED_UNSUPPORTED.refusal(
                "id", hwpt.id(), "viommuId", context.viommuOf(hwpt).id());
    }

    @Override
    public Invalidation invalidate(Viommu viommu, UserArray entries) {
        return new GuestCommands(context, viommu).pass(entries);
    }

    @Override
    public @Nullable Long eventId(Device device, HwptNested hwpt) {
        return context.relations()
                .vdeviceOf(device.id())
                .filter(vdevice -> vdevice.viommu().equals(hwpt.viommu()))
                .map(Vdevice::virtId)
                .orElse(null);
    }

    @Override
    public void checkHwQueueType(Viommu viommu, int type) {
        if (viommu.type() != Viommu.TEGRA241_CMDQV || type != HwQueue.TEGRA241_CMDQV) {
            throw HW_QUEUE_TYPE_UNSUPPORTED.refusal("type", type, "viommuId", viommu.id());
        }
    }

    @Override
    public void checkHwQueue(Viommu viommu, long index, long length, PhysAddr base) {
        new TegraCommandQueues(context, smmu).checkQueue(viommu, index, length, base);
    }

    @Override
    public Viommu withoutQueue(Viommu viommu, HwQueue gone) {
        return viommu.withoutQueue(gone.index());
    }

    @Override
    public void checkVdevice(Viommu viommu, PciFunction function, long virtId) {
        if (function.streamIds().size() != 1) {
            throw VDEVICE_STREAMS_UNSUPPORTED.refusal(
                    "device", function.name(), "count", function.streamIds().size());
        }
        if (viommu.type() == Viommu.TEGRA241_CMDQV) {
            new TegraCommandQueues(context, smmu).checkVdevice(viommu, virtId);
        }
    }
}

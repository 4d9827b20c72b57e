package dev.directmsi.iommufd.command;

import static dev.directmsi.iommufd.Reason.*;

import dev.directmsi.address.AddressRange;
import dev.directmsi.address.Ipa;
import dev.directmsi.hardware.pci.PciFunction;
import dev.directmsi.hardware.smmu.Smmu;
import dev.directmsi.iommufd.Command;
import dev.directmsi.iommufd.ContextView;
import dev.directmsi.iommufd.CopyState;
import dev.directmsi.iommufd.Decision;
import dev.directmsi.iommufd.Limits;
import dev.directmsi.iommufd.Rejection;
import dev.directmsi.iommufd.object.HwptPaging;
import dev.directmsi.iommufd.object.ObjectId;
import dev.directmsi.iommufd.object.S2Copy;
import dev.directmsi.msi.MsiTarget;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A dry run over a whole virtual machine (a proposal): which stage-2 copies its devices need, how
 * many VMIDs that takes, and the first thing that would be refused. The devices need not be bound.
 *
 * @param hwptId a DIRECT_MSI parent whose copies and mappings count, or null for a fresh one
 */
public record PlanMsi(@Nullable ObjectId hwptId, List<Planned> devices)
        implements Command<PlanMsi.Plan> {

    /** A device and its target; exactly one of the two, or neither for a device without MSIs. */
    public record Planned(String device, @Nullable Ipa frameBase, @Nullable Ipa doorbell) {}

    /**
     * A copy that is there or would be made.
     *
     * @param vmid of an existing copy, else null
     */
    public record PlannedCopy(
            S2Copy.Key key,
            @Nullable Integer vmid,
            List<String> members,
            List<AddressRange> msiPages) {}

    /** What an SMMU has to give. */
    public record Demand(String smmu, int vmidsNeeded, int vmidsFree) {}

    /**
     * The whole.
     *
     * @param conflict the first refusal and the device it is about, or null
     */
    public record Plan(
            List<PlannedCopy> copies,
            List<Demand> demands,
            @Nullable String conflictDevice,
            @Nullable Rejection conflict) {}

    @Override
    public String ioctl() {
        return "MSI_PLAN";
    }

    @Override
    public Decision<Plan> decide(ContextView context) {
        if (devices.size() > Limits.REGIONS) {
            throw VALUE_TOO_LARGE.refusal(
                    "what", "the list", "value", devices.size(), "limit", Limits.REGIONS);
        }
        HwptPaging parent = null;
        if (hwptId != null) {
            parent = context.require(hwptId, HwptPaging.class, HWPT_MISSING);
            if (!parent.isDirect()) {
                throw VIOMMU_PARENT_INVALID.refusal("hwptId", hwptId);
            }
        }
        var copies = new TreeMap<S2Copy.Key, Draft>(Comparator.comparing(S2Copy.Key::toString));
        String conflictDevice = null;
        Rejection conflict = null;
        for (Planned planned : devices) {
            try {
                add(context, parent, planned, copies);
            } catch (Rejection rejection) {
                if (conflict == null) {
                    conflict = rejection;
                    conflictDevice = planned.device;
                }
            }
        }
        List<Demand> demands = demands(context, copies);
        for (Demand demand : demands) {
            if (conflict == null && demand.vmidsNeeded > demand.vmidsFree) {
                conflict =
                        VMIDS_EXHAUSTED.refusal(
                                "limit",
                                context.smmu(demand.smmu).vmidLimit(),
                                "smmu",
                                demand.smmu);
            }
        }
        List<PlannedCopy> planned =
                copies.entrySet().stream()
                        .map(entry -> entry.getValue().copy(entry.getKey()))
                        .toList();
        return Decision.of(new Plan(planned, demands, conflictDevice, conflict));
    }

    /** A copy while it is being planned. */
    private static final class Draft {
        private final @Nullable Integer vmid;
        private final TreeSet<String> members = new TreeSet<>();
        private final TreeSet<AddressRange> pages = new TreeSet<>();

        Draft(@Nullable Integer vmid) {
            this.vmid = vmid;
        }

        PlannedCopy copy(S2Copy.Key key) {
            return new PlannedCopy(key, vmid, List.copyOf(members), List.copyOf(pages));
        }
    }

    private void add(
            ContextView context,
            @Nullable HwptPaging parent,
            Planned planned,
            Map<S2Copy.Key, Draft> copies) {
        PciFunction function =
                context.host()
                        .device(planned.device)
                        .orElseThrow(() ->
                                DEVICE_UNKNOWN.refusal(
                                        "host", context.info().host(), "device", planned.device));
        String iommu = function.smmu();
        if (iommu == null) {
            throw BIND_NOT_TRANSLATED.refusal(
                    "device", function.name(), "host", context.info().host());
        }
        if (context.host().mock(iommu).isPresent()) {
            throw HWPT_NESTING_UNSUPPORTED.refusal("smmu", iommu);
        }
        for (PciFunction sibling : context.host().group(function.group())) {
            if (sibling.smmu() != null) {
                S2Copy.Key key = CopyState.keyOf(sibling);
                copies.computeIfAbsent(key, _ -> new Draft(existing(parent, key)))
                        .members
                        .add(sibling.name());
            }
        }
        Smmu smmu = context.smmu(iommu);
        if (!smmu.nesting()) {
            throw HWPT_NESTING_UNSUPPORTED.refusal("smmu", smmu.name());
        }
        if (planned.frameBase == null && planned.doorbell == null) {
            return;
        }
        MsiTarget target = MsiTargets.parse(planned.frameBase, planned.doorbell);
        MsiTargets.check(context, function, target);
        AddressRange page = MsiTargets.pageOf(context, smmu, target);
        if (parent != null) {
            IoasConflict.in(context, parent.ioas(), page)
                    .ifPresent(conflict -> {
                        throw conflict.target(page);
                    });
        }
        Draft draft = copies.get(CopyState.keyOf(function));
        if (draft != null) {
            draft.pages.add(page);
        }
    }

    private static @Nullable Integer existing(@Nullable HwptPaging parent, S2Copy.Key key) {
        return parent == null
                ? null
                : parent.copies().stream()
                        .filter(copy -> copy.takes(key))
                        .findFirst()
                        .map(copy -> copy.vmid().value())
                        .orElse(null);
    }

    private static List<Demand> demands(ContextView context, Map<S2Copy.Key, Draft> copies) {
        var needed = new LinkedHashMap<String, Integer>();
        copies.forEach(
                (key, draft) -> needed.merge(key.smmu(), draft.vmid == null ? 1 : 0, Integer::sum));
        List<Demand> demands = new ArrayList<>();
        needed.forEach((name, count) -> {
            Smmu smmu = context.smmu(name);
            int free = 0;
            for (int vmid = 1; vmid <= smmu.vmidLimit(); vmid++) {
                free += context.claims().vmidTaken(name, vmid) ? 0 : 1;
            }
            demands.add(new Demand(name, count, free));
        });
        return demands;
    }
}

package dev.directmsi.iommufd.command;

import static dev.directmsi.iommufd.Reason.*;

import dev.directmsi.address.PageSize;
import dev.directmsi.hardware.pci.PciFunction;
import dev.directmsi.hardware.smmu.Smmu;
import dev.directmsi.hardware.smmu.SmmuCommand;
import dev.directmsi.hardware.smmu.Vmid;
import dev.directmsi.iommufd.Change;
import dev.directmsi.iommufd.Claim;
import dev.directmsi.iommufd.ContextView;
import dev.directmsi.iommufd.CopyState;
import dev.directmsi.iommufd.Reservation;
import dev.directmsi.iommufd.driver.Tags;
import dev.directmsi.iommufd.driver.TlbInvalidation;
import dev.directmsi.iommufd.object.HwptPaging;
import dev.directmsi.iommufd.object.ObjectId;
import dev.directmsi.iommufd.object.S2Copy;
import dev.directmsi.iommufd.object.Viommu;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Which copies a DIRECT_MSI parent has. The key of a device is (SMMU, ITS or none) and is known
 * when it is bound, so nothing is ever searched for or moved: a copy exists exactly while an
 * attached group has a member with its key.
 */
final class Stage2Copies {

    private Stage2Copies() {}

    /** A parent whose copies fit its attachments again, and what that took. */
    record Settled(HwptPaging parent, List<Change> claims, List<SmmuCommand> smmuCommands) {}

    /**
     * The copies for these attached groups: new ones get the lowest free VMID, empty ones give
     * theirs back.
     */
    static Settled settle(ContextView context, HwptPaging parent, Set<Integer> groups) {
        var members = new LinkedHashMap<S2Copy.Key, PciFunction>();
        for (Integer group : groups) {
            for (PciFunction function : context.host().group(group)) {
                if (function.smmu() != null) {
                    members.putIfAbsent(CopyState.keyOf(function), function);
                }
            }
        }
        var copies = new ArrayList<>(parent.copies());
        var claims = new ArrayList<Change>();
        var commands = new ArrayList<SmmuCommand>();
        for (S2Copy copy : parent.copies()) {
            if (members.keySet().stream().noneMatch(copy::takes)) {
                copies.remove(copy);
                claims.add(
                        new Change.ResourceReleased(new Claim.VmidClaim(copy.smmu(), copy.vmid())));
                commands.addAll(TlbInvalidation.ofVmid(copy.smmu(), copy.vmid()));
            }
        }
        members.forEach((key, function) -> {
            if (copies.stream().noneMatch(copy -> copy.takes(key))) {
                add(context, parent, function, copies, claims);
            }
        });
        copies.sort(Comparator.comparing(copy -> copy.key().toString()));
        return new Settled(parent.withCopies(copies), claims, List.copyOf(commands));
    }

    private static void add(
            ContextView context,
            HwptPaging parent,
            PciFunction function,
            List<S2Copy> copies,
            List<Change> claims) {
        S2Copy.Key key = CopyState.keyOf(function);
        Smmu smmu = context.smmu(key.smmu());
        List<S2Copy> siblings =
                copies.stream().filter(copy -> copy.smmu().equals(key.smmu())).toList();
        Optional<ObjectId> commandQueues = commandQueues(context, parent, key.smmu());
        if (commandQueues.isPresent() && !siblings.isEmpty()) {
            if (key.its() != null) {
                throw ATTACH_CMDQV_ONE_COPY.refusal(
                        "viommuId",
                        commandQueues.get(),
                        "smmu",
                        key.smmu(),
                        "device",
                        function.name());
            }
            copies.set(copies.indexOf(siblings.getFirst()), siblings.getFirst().withJoined());
            return;
        }
        if (siblings.isEmpty() && !key.smmu().equals(parent.smmu())) {
            PageSize granule = smmu.granuleFor(context.pageSize());
            Tables.checkAdding(
                    context,
                    parent.ioas(),
                    smmu.name(),
                    granule,
                    Reservation.stage2Aperture(smmu, granule));
        }
        Vmid vmid = Tags.freeVmid(context, smmu, vmids(siblings));
        copies.add(new S2Copy(key.smmu(), key.its(), vmid, false));
        claims.add(new Change.ResourceClaimed(new Claim.VmidClaim(key.smmu(), vmid)));
    }

    private static Collection<Vmid> vmids(List<S2Copy> copies) {
        return copies.stream().map(S2Copy::vmid).toList();
    }

    private static Optional<ObjectId> commandQueues(
            ContextView context, HwptPaging parent, String smmu) {
        return context.all(Viommu.class).stream()
                .filter(viommu ->
                        viommu.type() == Viommu.TEGRA241_CMDQV
                                && viommu.parent().equals(parent.id())
                                && viommu.smmu().equals(smmu))
                .map(Viommu::id)
                .findFirst();
    }
}

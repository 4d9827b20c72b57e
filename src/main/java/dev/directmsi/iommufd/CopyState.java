package dev.directmsi.iommufd;

import dev.directmsi.address.PageSize;
import dev.directmsi.hardware.its.Its;
import dev.directmsi.hardware.pci.PciFunction;
import dev.directmsi.hardware.smmu.Smmu;
import dev.directmsi.iommufd.object.Device;
import dev.directmsi.iommufd.object.HwptPaging;
import dev.directmsi.iommufd.object.S2Copy;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;

/**
 * A stage-2 copy with what follows for it: its members, and the MSI pages that they demand.
 *
 * @param copy the stored part: SMMU, ITS, VMID
 * @param granule of its table
 * @param members every function of every attached group with the copy's key, bound or not
 * @param msiPages by first IPA, unsigned
 */
public record CopyState(
        S2Copy copy,
        PageSize granule,
        List<PciFunction> members,
        NavigableMap<Long, MsiPage> msiPages) {

    /** The copy that a function belongs to once its group is attached to a DIRECT_MSI parent. */
    public static S2Copy.Key keyOf(PciFunction function) {
        if (function.smmu() == null) {
            throw new IllegalArgumentException(function.name() + " is not translated");
        }
        return new S2Copy.Key(function.smmu(), function.its());
    }

    static Map<S2Copy.Key, CopyState> of(
            ContextView context, Relations relations, HwptPaging parent) {
        List<Device> devices = Reservation.devicesOn(relations, parent);
        Set<Integer> groups = new LinkedHashSet<>();
        devices.forEach(device -> groups.add(device.group()));
        var states = new LinkedHashMap<S2Copy.Key, CopyState>();
        for (S2Copy copy : parent.copies()) {
            Smmu smmu = context.smmu(copy.smmu());
            PageSize granule = smmu.granuleFor(context.pageSize());
            List<PciFunction> members =
                    groups.stream()
                            .flatMap(group -> context.host().group(group).stream())
                            .filter(function ->
                                    function.smmu() != null && copy.takes(keyOf(function)))
                            .toList();
            states.put(
                    copy.key(),
                    new CopyState(copy, granule, members, pages(context, copy, granule, devices)));
        }
        return Collections.unmodifiableMap(states);
    }

    private static NavigableMap<Long, MsiPage> pages(
            ContextView context, S2Copy copy, PageSize granule, List<Device> devices) {
        var pages = new TreeMap<Long, MsiPage>(Long::compareUnsigned);
        if (copy.its() != null) {
            Its its = context.host().its(copy.its()).orElseThrow();
            for (Device device : devices) {
                PciFunction function = context.function(device);
                if (device.target() != null && keyOf(function).equals(copy.key())) {
                    MsiPage page =
                            MsiPage.of(
                                    device.target().doorbell(),
                                    its,
                                    granule,
                                    List.of(function.name()));
                    pages.merge(page.ipa().first(), page, CopyState::together);
                }
            }
        }
        return Collections.unmodifiableNavigableMap(pages);
    }

    private static MsiPage together(MsiPage one, MsiPage other) {
        var demanders = new ArrayList<>(one.demanders());
        demanders.addAll(other.demanders());
        return new MsiPage(one.ipa(), one.its(), one.page(), List.copyOf(demanders));
    }
}

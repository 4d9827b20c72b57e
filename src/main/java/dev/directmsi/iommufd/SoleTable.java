package dev.directmsi.iommufd;

import dev.directmsi.address.AddressRange;
import dev.directmsi.address.PageSize;
import dev.directmsi.hardware.its.Its;
import dev.directmsi.hardware.pci.PciFunction;
import dev.directmsi.iommufd.object.Device;
import dev.directmsi.iommufd.object.HwptPaging;
import dev.directmsi.msi.DoorbellPage;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The one table of a page table that is no DIRECT_MSI parent, as Linux has it: on the SMMU that it
 * was allocated for, with the ITS pages in the SW_MSI window.
 *
 * @param members every function of every group that is attached to it or to what nests on it, or
 *     has a PASID there
 * @param msiPages those of the window, ascending; they stay when their devices go
 */
public record SoleTable(HwptPaging hwpt, List<PciFunction> members, List<MsiPage> msiPages) {

    /** Empty with DIRECT_MSI, and on a mock, whose table is no hardware's. */
    public static Optional<SoleTable> of(ContextView context, HwptPaging hwpt) {
        if (hwpt.isDirect() || context.host().smmu(hwpt.smmu()).isEmpty()) {
            return Optional.empty();
        }
        List<PciFunction> members =
                Stream.concat(
                                Reservation.devicesOn(context.relations(), hwpt).stream(),
                                context.all(Device.class).stream()
                                        .filter(device -> device.pasids().containsValue(hwpt.id())))
                        .map(Device::group)
                        .distinct()
                        .flatMap(group -> context.host().group(group).stream())
                        .toList();
        List<MsiPage> pages =
                context.info().doorbellPages().stream()
                        .filter(page -> (hwpt.doorbellPages() >>> page.id() & 1) != 0)
                        .map(page -> page(context, page, members))
                        .sorted(Comparator.comparingLong(page -> page.ipa().first()))
                        .toList();
        return Optional.of(new SoleTable(hwpt, members, pages));
    }

    private static MsiPage page(ContextView context, DoorbellPage page, List<PciFunction> members) {
        PageSize size = context.pageSize();
        Its its =
                context.host().itses().stream()
                        .filter(
                                candidate -> // two in one page of 64K have one doorbell page
                                size.floor(candidate.doorbell().value()) == page.page().value())
                        .findFirst()
                        .orElseThrow();
        return new MsiPage(
                AddressRange.of(page.iova(size).value(), size.bytes()),
                its,
                page.page(),
                members.stream()
                        .filter(function -> its.name().equals(function.its()))
                        .map(PciFunction::name)
                        .toList());
    }
}

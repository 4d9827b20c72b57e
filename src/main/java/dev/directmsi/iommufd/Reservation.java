package dev.directmsi.iommufd;

import dev.directmsi.address.AddressRange;
import dev.directmsi.address.PageSize;
import dev.directmsi.address.RangeSet;
import dev.directmsi.hardware.pci.PciFunction;
import dev.directmsi.hardware.pci.ReservedRegion;
import dev.directmsi.hardware.smmu.Smmu;
import dev.directmsi.iommufd.object.Device;
import dev.directmsi.iommufd.object.HwptNested;
import dev.directmsi.iommufd.object.HwptPaging;
import dev.directmsi.msi.DoorbellPage;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;

/**
 * A range of an IOAS in which nothing may be mapped.
 *
 * @param range inclusive
 * @param kind why
 * @param owner for people: the page table, device or SMMU it is for
 */
public record Reservation(AddressRange range, Kind kind, String owner) {

    /** Why a range is reserved. */
    public enum Kind {
        /** Outside what the page table can translate. */
        APERTURE,
        /** A reserved region of an attached device. */
        REGION,
        /** The SW_MSI window of an attached device; MSI pages of direct mode may lie in it. */
        SW_MSI,
        /** The page that some device's MSI target names (the proposal). */
        MSI_PAGE
    }

    /** What one page table, or one copy of it, demands of its IOAS. */
    record Source(long alignment, List<Reservation> reservations) {}

    /**
     * The regions that an attached device reserves. A DIRECT_MSI table keeps no SW_MSI window, and
     * the mock IOMMU has none.
     */
    public static List<Reservation> ofDevice(
            ContextView context, PciFunction function, boolean direct) {
        var reservations = new ArrayList<Reservation>();
        boolean hardwareMsi = false;
        for (ReservedRegion region : function.reserved()) {
            switch (region.type()) {
                case RESERVED, MSI ->
                        reservations.add(
                                new Reservation(
                                        region.range(),
                                        Kind.REGION,
                                        region.type() + " region of " + function.name()));
                case SW_MSI ->
                        reservations.add(
                                new Reservation(
                                        region.range(),
                                        Kind.SW_MSI,
                                        "SW_MSI window of " + function.name()));
                case DIRECT, DIRECT_RELAXABLE -> {
                    // DIRECT forbids the bind, DIRECT_RELAXABLE is ignored for user space
                }
            }
            hardwareMsi |= region.type() == ReservedRegion.Type.MSI;
        }
        if (!direct && !hardwareMsi && context.host().mock(function.smmu()).isEmpty()) {
            reservations.add(
                    new Reservation(
                            AddressRange.of(DoorbellPage.WINDOW_START, DoorbellPage.WINDOW_LENGTH),
                            Kind.SW_MSI,
                            "SW_MSI window of " + function.name()));
        }
        return reservations;
    }

    /** The ranges outside {@code aperture}. */
    public static List<Reservation> ofAperture(AddressRange aperture, String owner) {
        return RangeSet.of(aperture).complement().stream()
                .map(range -> new Reservation(range, Kind.APERTURE, "aperture of " + owner))
                .toList();
    }

    /** Input addresses that a stage-2 table on {@code smmu} translates. */
    public static AddressRange stage2Aperture(Smmu smmu, PageSize granule) {
        return new AddressRange(0, (1L << smmu.stage2Bits(granule)) - 1);
    }

    static List<Source> sourcesOf(ContextView context, Relations relations, HwptPaging hwpt) {
        var sources = new ArrayList<Source>();
        sources.add(
                new Source(
                        hwpt.granule().bytes(),
                        ofAperture(hwpt.aperture(), "HWPT " + hwpt.id() + " on " + hwpt.smmu())));
        var others = new LinkedHashSet<String>();
        hwpt.copies().forEach(copy -> others.add(copy.smmu()));
        others.remove(hwpt.smmu());
        for (String name : others) {
            Smmu smmu = context.smmu(name);
            PageSize granule = smmu.granuleFor(context.pageSize());
            sources.add(
                    new Source(
                            granule.bytes(),
                            ofAperture(
                                    stage2Aperture(smmu, granule),
                                    "copies of HWPT " + hwpt.id() + " on " + name)));
        }
        var regions = new ArrayList<Reservation>();
        for (Device device : devicesOn(relations, hwpt)) {
            regions.addAll(ofDevice(context, context.function(device), hwpt.isDirect()));
        }
        for (CopyState copy : relations.copiesOf(hwpt.id()).values()) {
            for (MsiPage page : copy.msiPages().values()) {
                regions.add(
                        new Reservation(
                                page.ipa(), Kind.MSI_PAGE, "MSI page of " + page.demanders()));
            }
        }
        sources.add(new Source(1, regions));
        return sources;
    }

    /**
     * The devices whose requester id reaches {@code hwpt}, directly or through a nested page table.
     */
    public static List<Device> devicesOn(Relations relations, HwptPaging hwpt) {
        var devices = new ArrayList<>(relations.attachedTo(hwpt.id()));
        if (hwpt.isNestParent()) {
            for (HwptNested nested : relations.nestedOn(hwpt.id())) {
                devices.addAll(relations.attachedTo(nested.id()));
            }
        }
        return devices;
    }
}

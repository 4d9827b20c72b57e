package dev.directmsi.iommufd;

import dev.directmsi.address.AddressRange;
import dev.directmsi.address.Ipa;
import dev.directmsi.address.PageSize;
import dev.directmsi.address.PhysAddr;
import dev.directmsi.hardware.its.Its;
import java.util.List;

/**
 * The one page of a stage-2 copy that leads to an ITS: the page with GITS_TRANSLATER, at the IPA
 * that a device's target names.
 *
 * @param ipa the page in the guest's physical space
 * @param its where it leads
 * @param page physical page of GITS_TRANSLATER
 * @param demanders names of the member functions whose target it is
 */
public record MsiPage(AddressRange ipa, Its its, PhysAddr page, List<String> demanders) {

    static MsiPage of(Ipa doorbell, Its its, PageSize granule, List<String> demanders) {
        return new MsiPage(
                granule.page(doorbell.value()),
                its,
                new PhysAddr(granule.floor(its.doorbell().value())),
                List.copyOf(demanders));
    }
}

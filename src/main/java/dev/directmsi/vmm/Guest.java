package dev.directmsi.vmm;

import dev.directmsi.vmm.client.model.AccessFlag;
import dev.directmsi.vmm.client.model.BuildStage1Stage1Mapping;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/// Who drives the devices in the guest, which decides what its stage 1 maps.
enum Guest {

    /// A driver of the guest's kernel. Its doorbell page is where the IOVA allocator puts it, and
    /// what the firmware reserves (the window, in window mode) is mapped 1:1.
    DMA_API("0xfffff000", "0xfffff040"),

    /// User space over VFIO, on a kernel before 6.6: nothing is mapped but what the guest's own
    /// iommufd puts into *its* window, which has the same address as the host's.
    VFIO("0x8000000", "0x8000040"),

    /// The same on a current kernel, which refuses devices with regions that must be mapped 1:1.
    VFIO_NEW("0x8000000", "0x8000040");

    private final String msiPage;
    private final String msiAddress;

    Guest(String msiPage, String msiAddress) {
        this.msiPage = msiPage;
        this.msiAddress = msiAddress;
    }

    /// As it is written on the command line.
    String option() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /// The address that the guest writes into a device's MSI-X table.
    String msiAddress() {
        return msiAddress;
    }

    /// Why the guest's stage 1 is as it is.
    String reason(Mode mode) {
        if (this != DMA_API) {
            return "User space drives the devices: its window is at %s too, and has its ITS's doorbell page."
                    .formatted(msiPage);
        }
        return mode == Mode.WINDOW
                ? "Its kernel drives the devices: the window 1:1, as its firmware asks, the doorbell page elsewhere."
                : "Its kernel drives the devices: the doorbell page is where the IOVA allocator put it.";
    }

    /// What the guest's stage 1 maps.
    List<BuildStage1Stage1Mapping> stage1(Mode mode) {
        BuildStage1Stage1Mapping doorbell =
                mapping(msiPage, GuestLayout.DOORBELL_PAGE, GuestLayout.PAGE_LENGTH);
        if (this == DMA_API && mode == Mode.WINDOW) {
            return List.of(
                    mapping(GuestLayout.WINDOW, GuestLayout.WINDOW, GuestLayout.WINDOW_LENGTH),
                    doorbell);
        }
        return List.of(doorbell);
    }

    /// The same with the guest's ITS elsewhere.
    List<BuildStage1Stage1Mapping> movedStage1() {
        return List.of(mapping(msiPage, GuestLayout.MOVED_DOORBELL_PAGE, GuestLayout.PAGE_LENGTH));
    }

    private static BuildStage1Stage1Mapping mapping(String va, String ipa, String length) {
        return new BuildStage1Stage1Mapping()
                .va(va)
                .ipa(ipa)
                .length(length)
                .access(Set.of(AccessFlag.READ, AccessFlag.WRITE));
    }
}

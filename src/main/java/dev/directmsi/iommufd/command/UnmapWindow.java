package dev.directmsi.iommufd.command;

import static dev.directmsi.iommufd.Reason.MMAP_NOT_MAPPED;

import dev.directmsi.iommufd.Change;
import dev.directmsi.iommufd.Command;
import dev.directmsi.iommufd.ContextView;
import dev.directmsi.iommufd.Decision;
import dev.directmsi.iommufd.object.MmapWindow;
import dev.directmsi.iommufd.object.Viommu;
import java.util.Optional;

/** munmap() of a vIOMMU's pages: one mapping less. */
public record UnmapWindow(long offset) implements Command<MmapWindow> {

    @Override
    public String ioctl() {
        return "munmap";
    }

    @Override
    public Decision<MmapWindow> decide(ContextView context) {
        Mocks.requireSelftest(context);
        Optional<Viommu> viommu = MmapWindows.at(context, offset);
        MmapWindow window = viommu.map(Viommu::window).orElse(null);
        if (window == null || window.mappings() == 0) {
            throw MMAP_NOT_MAPPED.refusal("offset", offset);
        }
        MmapWindow after = window.withMappings(window.mappings() - 1);
        return Decision.of(
                after, new Change.ObjectReplaced(viommu.get(), viommu.get().withWindow(after)));
    }
}

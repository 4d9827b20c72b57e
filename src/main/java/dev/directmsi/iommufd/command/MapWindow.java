package dev.directmsi.iommufd.command;

import static dev.directmsi.iommufd.Reason.*;

import dev.directmsi.iommufd.Change;
import dev.directmsi.iommufd.Command;
import dev.directmsi.iommufd.ContextView;
import dev.directmsi.iommufd.Decision;
import dev.directmsi.iommufd.object.MmapWindow;
import dev.directmsi.iommufd.object.Viommu;
import java.util.Optional;

/**
 * mmap() of the context's file descriptor: pages of a vIOMMU, exactly as IOMMU_VIOMMU_ALLOC
 * answered them.
 *
 * @param shared MAP_SHARED; a private mapping is refused
 * @param executable PROT_EXEC
 */
public record MapWindow(long offset, long length, boolean shared, boolean executable)
        implements Command<MmapWindow> {

    @Override
    public String ioctl() {
        return "mmap";
    }

    @Override
    public Decision<MmapWindow> decide(ContextView context) {
        Mocks.requireSelftest(context);
        if (!context.pageSize().isAligned(length)) {
            throw MMAP_LENGTH_NOT_ALIGNED.refusal("length", length);
        }
        if (!shared) {
            throw MMAP_PRIVATE.refusal();
        }
        if (executable) {
            throw MMAP_EXECUTABLE.refusal();
        }
        Optional<Viommu> viommu = MmapWindows.at(context, offset);
        MmapWindow window = viommu.map(Viommu::window).orElse(null);
        if (window == null || window.length() != length) {
            throw MMAP_NO_WINDOW.refusal("offset", offset, "length", length);
        }
        MmapWindow after = window.withMappings(window.mappings() + 1);
        return Decision.of(
                after, new Change.ObjectReplaced(viommu.get(), viommu.get().withWindow(after)));
    }
}

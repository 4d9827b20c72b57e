package dev.directmsi.iommufd.command;

import dev.directmsi.address.AddressRange;
import dev.directmsi.iommufd.ContextView;
import dev.directmsi.iommufd.driver.ViommuShape;
import dev.directmsi.iommufd.object.MmapWindow;
import dev.directmsi.iommufd.object.Viommu;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Where in the context's file descriptor the pages of vIOMMUs are: the lowest gap that fits. */
final class MmapWindows {

    private MmapWindows() {}

    static @Nullable MmapWindow allocate(ContextView context, ViommuShape shape) {
        if (shape.windowLength() == 0) {
            return null;
        }
        // The first page stays free, so that no offset is 0.
        long offset = context.pageSize().bytes();
        var taken = all(context).map(viommu -> range(viommu.window())).sorted().toList();
        for (AddressRange range : taken) {
            if (AddressRange.of(offset, shape.windowLength()).overlaps(range)) {
                offset = range.last() + 1;
            }
        }
        return new MmapWindow(offset, shape.windowLength(), shape.word(), 0);
    }

    /** The vIOMMU whose window begins at this offset. */
    static Optional<Viommu> at(ContextView context, long offset) {
        return all(context).filter(viommu -> range(viommu.window()).first() == offset).findFirst();
    }

    private static Stream<Viommu> all(ContextView context) {
        return context.all(Viommu.class).stream().filter(viommu -> viommu.window() != null);
    }

    private static AddressRange range(@Nullable MmapWindow window) {
        MmapWindow there = Objects.requireNonNull(window);
        return AddressRange.of(there.offset(), there.length());
    }
}

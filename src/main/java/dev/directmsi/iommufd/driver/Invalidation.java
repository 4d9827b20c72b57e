package dev.directmsi.iommufd.driver;

import dev.directmsi.hardware.smmu.SmmuCommand;
import dev.directmsi.iommufd.Change;
import dev.directmsi.iommufd.Rejection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a driver made of a guest's invalidations: all of them, or those before the first it refuses.
 *
 * @param handled how many
 * @param stopped why it went no further; null when all were handled
 */
public record Invalidation(
        int handled,
        List<SmmuCommand> smmuCommands,
        List<Change> changes,
        @Nullable Rejection stopped) {}

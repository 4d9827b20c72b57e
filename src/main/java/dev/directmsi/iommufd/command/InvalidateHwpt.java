package dev.directmsi.iommufd.command;

import static dev.directmsi.iommufd.Reason.*;

import dev.directmsi.hardware.smmu.SmmuCommand;
import dev.directmsi.iommufd.Command;
import dev.directmsi.iommufd.ContextView;
import dev.directmsi.iommufd.Decision;
import dev.directmsi.iommufd.Limits;
import dev.directmsi.iommufd.Rejection;
import dev.directmsi.iommufd.driver.Invalidation;
import dev.directmsi.iommufd.driver.IommuDriver;
import dev.directmsi.iommufd.driver.UserArray;
import dev.directmsi.iommufd.object.HwptNested;
import dev.directmsi.iommufd.object.HwptPaging;
import dev.directmsi.iommufd.object.IommufdObject;
import dev.directmsi.iommufd.object.ObjectId;
import dev.directmsi.iommufd.object.Viommu;
import java.util.List;

/**
 * IOMMU_HWPT_INVALIDATE: a guest's invalidations, passed down to the driver of a nested HWPT or a
 * vIOMMU. Where it stops half-way, {@code progress} says how many entries were handled; so it does,
 * with 0, for every other refusal.
 *
 * @param id any object
 */
public record InvalidateHwpt(ObjectId id, UserArray entries)
        implements Command<InvalidateHwpt.Invalidated> {

    /** How many entries were handled, and what the SMMU was told. */
    public record Invalidated(int handled, List<SmmuCommand> smmuCommands) {}

    @Override
    public String ioctl() {
        return "IOMMU_HWPT_INVALIDATE";
    }

    @Override
    public Decision<Invalidated> decide(ContextView context) {
        Invalidation done;
        try {
            done = pass(context);
        } catch (Rejection rejection) {
            throw rejection.with("progress", 0);
        }
        if (done.stopped() == null) {
            return Decision.of(
                    new Invalidated(done.handled(), done.smmuCommands()), done.changes());
        }
        Rejection rejection = done.stopped().with("progress", done.handled());
        if (done.changes().isEmpty()) {
            throw rejection;
        }
        return new Decision.Partial<>(done.changes(), rejection);
    }

    private Invalidation pass(ContextView context) {
        if (entries.count() != 0
                && (entries.entryLength() <= 0
                        || entries.entryLength() > context.pageSize().bytes()
                        || entries.count() > Limits.INVALIDATIONS)) {
            throw INVALIDATE_ENTRIES_INVALID.refusal(
                    "problem", entries.count() + " entries of " + entries.entryLength() + " bytes");
        }
        return switch (context.require(id, IommufdObject.class, INVALIDATE_NOT_FOUND)) {
            case HwptNested nested -> {
                HwptPaging parent = context.find(nested.parent(), HwptPaging.class).orElseThrow();
                yield IommuDriver.of(context, parent.smmu()).invalidate(nested, entries);
            }
            case Viommu viommu ->
                    IommuDriver.of(context, viommu.smmu()).invalidate(viommu, entries);
            case IommufdObject other ->
                    throw INVALIDATE_TARGET_INVALID.refusal("id", id, "type", Types.of(other));
        };
    }
}

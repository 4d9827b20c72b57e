package dev.directmsi.iommufd.command;

import static dev.directmsi.iommufd.Reason.*;

import dev.directmsi.address.AddressRange;
import dev.directmsi.address.Ipa;
import dev.directmsi.address.PageSize;
import dev.directmsi.hardware.smmu.DefaultSubstream;
import dev.directmsi.hardware.smmu.GuestStage1;
import dev.directmsi.hardware.smmu.InvalidStage1Exception;
import dev.directmsi.hardware.smmu.TableImage;
import dev.directmsi.iommufd.Command;
import dev.directmsi.iommufd.ContextView;
import dev.directmsi.iommufd.Decision;
import dev.directmsi.iommufd.HostMemory;
import dev.directmsi.iommufd.HostMemory.Extent;
import dev.directmsi.iommufd.MemoryWrites;
import dev.directmsi.iommufd.object.Ioas;
import dev.directmsi.iommufd.object.Mapping;
import dev.directmsi.iommufd.object.ObjectId;
import java.util.List;
import java.util.Optional;

/**
 * Writes a guest's context descriptors and stage-1 tables into guest memory, as its kernel would,
 * and answers the STE words to nest with.
 *
 * @param ioasId whose mappings are the guest's physical memory
 */
public record BuildStage1(
        ObjectId ioasId,
        Ipa cdTable,
        Ipa tables,
        PageSize granule,
        DefaultSubstream defaultSubstream,
        List<GuestStage1.Context> contexts)
        implements Command<BuildStage1.Built> {

    /**
     * What was written.
     *
     * @param ranges guest physical ranges of the context table and the tables
     */
    public record Built(long ste0, long ste1, List<AddressRange> ranges) {}

    @Override
    public String ioctl() {
        return "BUILD_STAGE1";
    }

    @Override
    public Decision<Built> decide(ContextView context) {
        context.require(ioasId, Ioas.class, IOAS_MISSING);
        GuestStage1 stage1;
        try {
            stage1 = GuestStage1.build(cdTable, tables, granule, defaultSubstream, contexts);
        } catch (InvalidStage1Exception e) {
            throw STAGE1_INVALID.refusal("problem", String.valueOf(e.getMessage()));
        }
        var writes = new MemoryWrites(context);
        for (TableImage image : stage1.images()) {
            write(context, writes, image);
        }
        return Decision.of(
                new Built(
                        stage1.ste0(),
                        stage1.ste1(),
                        stage1.images().stream().map(TableImage::range).toList()),
                writes.changes());
    }

    private void write(ContextView context, MemoryWrites writes, TableImage image) {
        var memory = new HostMemory(context);
        byte[] bytes = image.bytes();
        for (int done = 0; done < bytes.length; ) {
            long ipa = image.base().value() + done;
            Mapping area = context.mappings(ioasId).at(ipa).orElseThrow(() -> notMapped(ipa));
            Optional<Extent> extent = memory.extent(area, ipa - area.first());
            long inArea = area.last() - ipa + 1;
            int part =
                    (int)
                            Math.min(
                                    bytes.length - done,
                                    Math.min(
                                            inArea,
                                            extent.orElseThrow(() -> notMapped(ipa)).length()));
            writes.write(extent.get().first(), bytes, done, part);
            done += part;
        }
    }

    private RuntimeException notMapped(long ipa) {
        return STAGE1_NOT_MAPPED.refusal("ipa", ipa, "ioasId", ioasId);
    }
}

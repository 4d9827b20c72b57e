package dev.directmsi.iommufd.command;

import static dev.directmsi.iommufd.Reason.*;

import dev.directmsi.address.Access;
import dev.directmsi.address.AddressRange;
import dev.directmsi.address.Iova;
import dev.directmsi.iommufd.Change;
import dev.directmsi.iommufd.Command;
import dev.directmsi.iommufd.ContextView;
import dev.directmsi.iommufd.Decision;
import dev.directmsi.iommufd.Limits;
import dev.directmsi.iommufd.object.Backing;
import dev.directmsi.iommufd.object.Ioas;
import dev.directmsi.iommufd.object.Mapping;
import dev.directmsi.iommufd.object.MemoryFile;
import dev.directmsi.iommufd.object.ObjectId;
import dev.directmsi.iommufd.object.Pages;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * IOMMU_IOAS_MAP and IOMMU_IOAS_MAP_FILE: makes memory visible at an IOVA in every page table of an
 * IOAS, now and later.
 *
 * @param source memory or file
 * @param length bytes; a multiple of the IOAS's alignment
 * @param iova where (IOMMU_IOAS_MAP_FIXED_IOVA), or null to have a place chosen
 * @param access at least one of READ and WRITE
 * @param unknownFlags bits that no flag has
 */
public record MapPages(
        ObjectId ioasId,
        Backing source,
        long length,
        @Nullable Iova iova,
        Access access,
        long unknownFlags)
        implements Command<Mapping> {

    public MapPages(
            ObjectId ioasId, Backing source, long length, @Nullable Iova iova, Access access) {
        this(ioasId, source, length, iova, access, 0);
    }

    @Override
    public String ioctl() {
        return source instanceof Backing.FileMemory ? "IOMMU_IOAS_MAP_FILE" : "IOMMU_IOAS_MAP";
    }

    @Override
    public Decision<Mapping> decide(ContextView context) {
        if (unknownFlags != 0) {
            throw FLAGS_UNSUPPORTED.refusal("flags", unknownFlags);
        }
        if ((iova != null && iova.value() == -1) || length == -1) {
            throw ADDRESS_OVERFLOW.refusal(
                    "first", iova == null ? 0L : (Long) iova.value(), "length", length);
        }
        if (access == Access.NONE) {
            throw MAP_NO_ACCESS.refusal();
        }
        return map(context, context.require(ioasId, Ioas.class, IOAS_NOT_FOUND));
    }

    /** What the type-1 compatibility has in common: the values are checked by who has others. */
    Decision<Mapping> map(ContextView context, Ioas ioas) {
        checkSource(context);
        long alignment = context.relations().space(ioasId).alignment();
        if ((length & alignment - 1) != 0) {
            throw LENGTH_NOT_ALIGNED.refusal(
                    "length", length, "ioasId", ioasId, "alignment", alignment);
        }
        var placement = new IovaPlacement(context, ioas);
        AddressRange range =
                iova == null
                        ? placement.automatic(source.start(), length)
                        : placement.fixed(iova.value(), length);
        if ((context.pageSize().offset(source.start()) & alignment - 1) != 0) {
            throw BACKING_NOT_ALIGNED.refusal(
                    "start", source.start(), "ioasId", ioasId, "alignment", alignment);
        }
        var mapping = new Mapping(range.first(), range.last(), source, access, pages(context));
        Filling.check(context, ioas, List.of(mapping));
        if (context.mappingCount() >= Limits.MAPPINGS) {
            throw TOO_MANY.refusal(
                    "value", context.mappingCount(), "what", "mappings", "limit", Limits.MAPPINGS);
        }
        return Decision.of(mapping, new Change.MappingAdded(ioasId, mapping));
    }

    private Pages pages(ContextView context) {
        // A dma-buf's memory is its exporter's: nobody pins it, and it counts for nobody.
        boolean counts =
                !(source instanceof Backing.FileMemory memory
                        && DmaBufs.isDmaBuf(context.files().get(memory.file())));
        return new Pages(
                context.nextPages(),
                access.writes(),
                counts && !context.info().process().lockMemory());
    }

    /** Unlike a memory file a dma-buf is looked at when it is mapped, page table or not. */
    private void checkDmaBuf(
            MemoryFile file, MemoryFile.DmaBuf exporter, Backing.FileMemory memory) {
        if (Long.compareUnsigned(memory.start() + length - 1, file.size()) >= 0) {
            throw DMA_BUF_RANGE.refusal(
                    "file", file.name(), "size", file.size(), "needed", memory.start() + length);
        }
        if (exporter.revoked()) {
            throw DMA_BUF_REVOKED.refusal("file", file.name());
        }
    }

    private void checkSource(ContextView context) {
        switch (source) {
            case Backing.UserMemory memory -> {
                // The end may not be 2^64 either: the kernel adds the length, not length - 1.
                if (Long.compareUnsigned(memory.userVa().value() + length, memory.userVa().value())
                        < 0) {
                    throw ADDRESS_OVERFLOW.refusal(
                            "first", memory.userVa().value(), "length", length);
                }
                if (length == 0
                        || Long.compareUnsigned(length, -1L - context.pageSize().bytes()) > 0) {
                    throw LENGTH_INVALID.refusal("length", length);
                }
            }
            case Backing.FileMemory memory -> {
                if (length == 0) {
                    throw LENGTH_INVALID.refusal("length", length);
                }
                if (AddressRange.wraps(memory.start(), length)) {
                    throw ADDRESS_OVERFLOW.refusal("first", memory.start(), "length", length);
                }
                MemoryFile file = context.files().get(memory.file());
                if (file == null) {
                    throw FILE_MISSING.refusal("file", memory.file());
                }
                if (file.dmaBuf() != null) {
                    checkDmaBuf(file, file.dmaBuf(), memory);
                }
            }
        }
    }
}

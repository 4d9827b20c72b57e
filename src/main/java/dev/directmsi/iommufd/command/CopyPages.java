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
import dev.directmsi.iommufd.object.Ioas;
import dev.directmsi.iommufd.object.Mapping;
import dev.directmsi.iommufd.object.ObjectId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * IOMMU_IOAS_COPY: makes what is mapped in one IOAS visible in another, or elsewhere in the same.
 * The source may be any part of a mapping and may span mappings that touch; each of them gives one
 * mapping of the destination. What is copied shares its pages with the source, not its access.
 *
 * @param dstIova where to, or null to have a place chosen
 * @param access what devices may do with the copy
 * @param unknownFlags bits that no flag has
 */
public record CopyPages(
        ObjectId dstIoasId,
        @Nullable Iova dstIova,
        ObjectId srcIoasId,
        long srcIova,
        long length,
        Access access,
        long unknownFlags)
        implements Command<CopyPages.Copied> {

    public CopyPages(
            ObjectId dstIoasId,
            @Nullable Iova dstIova,
            ObjectId srcIoasId,
            long srcIova,
            long length,
            Access access) {
        this(dstIoasId, dstIova, srcIoasId, srcIova, length, access, 0);
    }

    /** What was made: ascending, back to back. */
    public record Copied(List<Mapping> mappings) {

        /** The destination as a whole. */
        public AddressRange range() {
            return new AddressRange(mappings.getFirst().first(), mappings.getLast().last());
        }
    }

    @Override
    public String ioctl() {
        return "IOMMU_IOAS_COPY";
    }

    @Override
    public Decision<Copied> decide(ContextView context) {
        if ((unknownFlags & Accesses.NTH_AREA) != 0 && !context.host().mocks().isEmpty()) {
            return ofNthArea(context).decide(context);
        }
        checkValues();
        Ioas source = context.require(srcIoasId, Ioas.class, IOAS_MISSING);
        List<Mapping> pieces = pieces(context, source);
        Ioas destination = context.require(dstIoasId, Ioas.class, IOAS_NOT_FOUND);
        AddressRange range = place(context, destination, pieces.getFirst());
        List<Mapping> copies = moved(pieces, range.first());
        long alignment = context.relations().space(dstIoasId).alignment();
        copies.forEach(copy -> checkPiece(context, copy, alignment));
        Filling.check(context, destination, copies);
        if (context.mappingCount() + copies.size() > Limits.MAPPINGS) {
            throw TOO_MANY.refusal(
                    "value", context.mappingCount(), "what", "mappings", "limit", Limits.MAPPINGS);
        }
        return Decision.of(
                new Copied(copies),
                copies.stream()
                        .map(copy -> (Change) new Change.MappingAdded(dstIoasId, copy))
                        .toList());
    }

    /** What a kernel with the test driver makes of a source that is given as area and offset. */
    private CopyPages ofNthArea(ContextView context) {
        return new CopyPages(
                dstIoasId,
                dstIova,
                srcIoasId,
                context.find(srcIoasId, Ioas.class)
                        .map(ioas -> Accesses.addressInArea(context, ioas.id(), srcIova))
                        .orElse(srcIova),
                length,
                access,
                unknownFlags & ~Accesses.NTH_AREA);
    }

    private void checkValues() {
        if (unknownFlags != 0) {
            throw FLAGS_UNSUPPORTED.refusal("flags", unknownFlags);
        }
        if (length == -1 || srcIova == -1) {
            throw ADDRESS_OVERFLOW.refusal("first", srcIova, "length", length);
        }
        if (dstIova != null && dstIova.value() == -1) {
            throw ADDRESS_OVERFLOW.refusal("first", dstIova.value(), "length", length);
        }
        if (access == Access.NONE) {
            throw MAP_NO_ACCESS.refusal();
        }
    }

    /** The source, mapping by mapping, each cut to what is copied of it. */
    private List<Mapping> pieces(ContextView context, Ioas source) {
        if (length == 0) {
            throw LENGTH_INVALID.refusal("length", length);
        }
        if (AddressRange.wraps(srcIova, length)) {
            throw ADDRESS_OVERFLOW.refusal("first", srcIova, "length", length);
        }
        var pieces = Pieces.of(context, source.id(), AddressRange.of(srcIova, length));
        if (!pieces.isComplete()) {
            throw COPY_SOURCE_NOT_MAPPED.refusal(
                    "first",
                    pieces.wanted().first(),
                    "last",
                    pieces.wanted().last(),
                    "ioasId",
                    source.id(),
                    "address",
                    pieces.hole());
        }
        return pieces.found();
    }

    private AddressRange place(ContextView context, Ioas destination, Mapping first) {
        long alignment = context.relations().space(dstIoasId).alignment();
        if ((length & alignment - 1) != 0) {
            throw LENGTH_NOT_ALIGNED.refusal(
                    "length", length, "ioasId", dstIoasId, "alignment", alignment);
        }
        var placement = new IovaPlacement(context, destination);
        return dstIova == null
                ? placement.automatic(first.backing().start(), length)
                : placement.fixed(dstIova.value(), length);
    }

    private List<Mapping> moved(List<Mapping> pieces, long to) {
        return pieces.stream()
                .map(piece ->
                        new Mapping(
                                piece.first() - srcIova + to,
                                piece.last() - srcIova + to,
                                piece.backing(),
                                access,
                                piece.pages()))
                .toList();
    }

    private void checkPiece(ContextView context, Mapping copy, long alignment) {
        if (access.writes() && !copy.pages().writable()) {
            throw COPY_NOT_WRITABLE.refusal("first", copy.first(), "last", copy.last());
        }
        if ((context.pageSize().offset(copy.backing().start()) & alignment - 1) != 0) {
            throw BACKING_NOT_ALIGNED.refusal(
                    "start", copy.backing().start(), "ioasId", dstIoasId, "alignment", alignment);
        }
    }
}

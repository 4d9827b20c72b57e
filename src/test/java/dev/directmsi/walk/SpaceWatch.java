package dev.directmsi.walk;

import dev.directmsi.iommufd.Command;
import dev.directmsi.iommufd.ContextView;
import dev.directmsi.iommufd.Reason;
import dev.directmsi.iommufd.command.CopyPages;
import dev.directmsi.iommufd.command.DestroyObject;
import dev.directmsi.iommufd.command.MapBatch;
import dev.directmsi.iommufd.command.MapPages;
import dev.directmsi.iommufd.command.UnmapPages;
import dev.directmsi.iommufd.command.VfioMapDma;
import dev.directmsi.iommufd.command.VfioUnmapDma;
import dev.directmsi.iommufd.object.Backing;
import dev.directmsi.iommufd.object.Ioas;
import dev.directmsi.iommufd.object.Mapping;
import dev.directmsi.iommufd.object.ObjectId;
import dev.directmsi.walk.Truth.Verdict;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/// Keeps the page model of one context beside it.
final class SpaceWatch {

    private static final Set<Reason> UNMAP_ENDS =
            EnumSet.of(Reason.UNMAP_WOULD_CUT, Reason.UNMAP_NOTHING, Reason.UNMAP_LOCKED);

    private static final Set<Reason> CUTS =
            EnumSet.of(Reason.CUT_NOT_ALIGNED, Reason.CUT_PINNED, Reason.CUT_DMA_BUF);

    private final PageModel model = new PageModel();

    /// Takes over a command that happened, or was refused.
    void note(Command<?> command, Verdict verdict, ContextView after) {
        switch (command) {
            case MapPages map -> {
                mapped(map, verdict);
                check(map.ioasId(), after);
            }
            case MapBatch batch -> {
                mapped(batch, verdict);
                check(batch.maps().getFirst().ioasId(), after);
            }
            case CopyPages copy -> {
                if (verdict instanceof Verdict.Accepts(CopyPages.Copied copied, _)) {
                    model.copied(copy, copied);
                }
                check(copy.dstIoasId(), after);
            }
            case UnmapPages unmap -> {
                unmapped(unmap, verdict);
                check(unmap.ioasId(), after);
            }
            case VfioMapDma map -> compat(map, verdict, after);
            case VfioUnmapDma unmap -> compat(unmap, verdict, after);
            case DestroyObject destroy -> {
                if (verdict instanceof Verdict.Accepts) {
                    model.forget(destroy.id());
                }
            }
            default -> {
                // maps nothing
            }
        }
    }

    private void mapped(MapPages map, Verdict verdict) {
        if (verdict instanceof Verdict.Accepts(Mapping mapping, _)) {
            model.mapped(map, mapping);
        } else if (verdict instanceof Verdict.Refuses(var rejection, _)
                && rejection.reason() == Reason.IOVA_ALREADY_MAPPED) {
            model.mapRefused(map);
        }
    }

    private void mapped(MapBatch batch, Verdict verdict) {
        if (verdict instanceof Verdict.Accepts(List<?> mappings, _)) {
            for (int i = 0; i < mappings.size(); i++) {
                model.mapped(batch.maps().get(i), (Mapping) mappings.get(i));
            }
        }
    }

    private void unmapped(UnmapPages unmap, Verdict verdict) {
        if (verdict instanceof Verdict.Accepts(UnmapPages.Unmapped gone, _)) {
            model.unmapped(unmap, null, gone.bytes(), false);
        } else if (verdict instanceof Verdict.Refuses(var rejection, _)
                && UNMAP_ENDS.contains(rejection.reason())) {
            model.unmapped(unmap, rejection, 0, false);
        }
    }

    /// Type 1 maps what it is told, where it is told.
    private void compat(VfioMapDma map, Verdict verdict, ContextView after) {
        ObjectId ioas = after.info().compatIoas();
        if (ioas != null && verdict instanceof Verdict.Accepts(Mapping mapping, _)) {
            model.mapped(
                    new MapPages(
                            ioas,
                            new Backing.UserMemory(map.vaddr()),
                            map.length(),
                            map.iova(),
                            mapping.access()),
                    mapping);
            check(ioas, after);
        }
    }

    /// Type 1 unmaps exactly what it is told, and cuts what sticks out where large pages are
    /// forbidden. A cut that is refused may follow one that was made.
    private void compat(VfioUnmapDma unmap, Verdict verdict, ContextView after) {
        ObjectId ioas = after.info().compatIoas();
        if (ioas == null || (unmap.flags() != 0 && unmap.flags() != VfioUnmapDma.ALL)) {
            return;
        }
        boolean all = unmap.flags() == VfioUnmapDma.ALL;
        boolean cuts = !after.find(ioas, Ioas.class).orElseThrow().hugePages();
        boolean refusedCut =
                verdict instanceof Verdict.Refuses(var rejection, _)
                        && CUTS.contains(rejection.reason());
        boolean done =
                verdict instanceof Verdict.Accepts
                        || (verdict instanceof Verdict.Refuses(var rejection, _)
                                && UNMAP_ENDS.contains(rejection.reason()));
        if (!all && cuts && (done || refusedCut || !verdict.changes().isEmpty())) {
            model.cut(ioas, unmap.iova() + unmap.length() - 1, refusedCut ? after : null);
            if (unmap.iova() != 0) {
                model.cut(ioas, unmap.iova() - 1, refusedCut ? after : null);
            }
        }
        if (done) {
            model.unmapped(
                    all
                            ? new UnmapPages(ioas, 0, -1)
                            : new UnmapPages(ioas, unmap.iova(), unmap.length()),
                    verdict instanceof Verdict.Refuses(var rejection, _) ? rejection : null,
                    verdict instanceof Verdict.Accepts(VfioUnmapDma.Unmapped gone, _)
                            ? gone.bytes()
                            : 0,
                    true);
        }
        check(ioas, after);
    }

    private void check(ObjectId ioas, ContextView after) {
        if (after.find(ioas, Ioas.class).isPresent()) {
            model.check(after, ioas);
        }
    }
}

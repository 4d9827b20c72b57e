package dev.directmsi.walk;

import dev.directmsi.iommufd.Command;
import dev.directmsi.iommufd.ContextView;
import dev.directmsi.iommufd.Reason;
import dev.directmsi.iommufd.command.CopyPages;
import dev.directmsi.iommufd.command.DestroyObject;
import dev.directmsi.iommufd.command.MapBatch;
import dev.directmsi.iommufd.command.MapPages;
import dev.directmsi.iommufd.command.UnmapPages;
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
            EnumSet.of(Reason.UNMAP_WOULD_CUT, Reason.UNMAP_NOTHING);

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
            model.unmapped(unmap, null, gone.bytes());
        } else if (verdict instanceof Verdict.Refuses(var rejection, _)
                && UNMAP_ENDS.contains(rejection.reason())) {
            model.unmapped(unmap, rejection.reason(), 0);
        }
    }

    private void check(ObjectId ioas, ContextView after) {
        if (after.find(ioas, Ioas.class).isPresent()) {
            model.check(after, ioas);
        }
    }
}

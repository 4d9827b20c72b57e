package dev.directmsi.iommufd.command;

import static dev.directmsi.iommufd.Reason.*;

import dev.directmsi.iommufd.Change;
import dev.directmsi.iommufd.Command;
import dev.directmsi.iommufd.ContextView;
import dev.directmsi.iommufd.Decision;
import dev.directmsi.iommufd.Limits;
import dev.directmsi.iommufd.Rejection;
import dev.directmsi.iommufd.object.Mapping;
import java.util.ArrayList;
import java.util.List;

/**
 * Many IOMMU_IOAS_MAP in one commit: all of them or none. Each is decided as if those before it
 * were done.
 */
public record MapBatch(List<MapPages> maps) implements Command<List<Mapping>> {

    @Override
    public String ioctl() {
        return "IOMMU_IOAS_MAP";
    }

    @Override
    public Decision<List<Mapping>> decide(ContextView context) {
        if (maps.isEmpty() || maps.size() > Limits.BATCH) {
            throw VALUE_TOO_LARGE.refusal(
                    "what", "the batch", "value", maps.size(), "limit", Limits.BATCH);
        }
        var scratch = new ScratchMappings(context, maps.getFirst().ioasId());
        var mapped = new ArrayList<Mapping>(maps.size());
        var changes = new ArrayList<Change>(maps.size());
        for (int index = 0; index < maps.size(); index++) {
            try {
                Decision.Accepted<Mapping> decision =
                        (Decision.Accepted<Mapping>) maps.get(index).decide(scratch);
                mapped.add(decision.reply());
                scratch.add(decision.reply());
                changes.addAll(decision.changes());
            } catch (Rejection rejection) {
                throw rejection.with("index", index);
            }
        }
        return Decision.of(mapped, changes);
    }
}

package dev.directmsi.store;

import dev.directmsi.address.Access;
import dev.directmsi.address.UserVa;
import dev.directmsi.iommufd.Change;
import dev.directmsi.iommufd.Claim;
import dev.directmsi.iommufd.object.Backing;
import dev.directmsi.iommufd.object.ContextInfo;
import dev.directmsi.iommufd.object.Ioas;
import dev.directmsi.iommufd.object.Mapping;
import dev.directmsi.iommufd.object.ObjectId;
import dev.directmsi.iommufd.object.Pages;
import java.util.ArrayList;
import java.util.List;

/// What a context contains at each revision, when every commit is made from the revision alone: so
/// that whoever finds a revision after a crash knows all that must be there.
final class KillModel {

    static final String HOST = "host";

    /// Mappings that live at a time.
    private static final int WINDOW = 20;

    private static final ObjectId IOAS_ID = Story.id(1);

    private KillModel() {}

    /// The changes that lead from `revision` to the next.
    static List<Change> changes(long context, long revision) {
        long next = revision + 1;
        var changes = new ArrayList<Change>();
        changes.add(new Change.ContextChanged(info(revision), info(next)));
        if (revision == 1) {
            changes.add(new Change.ObjectCreated(ioas(next)));
        } else {
            changes.add(new Change.ObjectReplaced(ioas(revision), ioas(next)));
            changes.add(new Change.ResourceReleased(claim(context, revision)));
        }
        changes.add(new Change.ResourceClaimed(claim(context, next)));
        changes.add(new Change.MappingAdded(IOAS_ID, mapping(next)));
        if (next - WINDOW > 1) {
            changes.add(new Change.MappingRemoved(IOAS_ID, mapping(next - WINDOW)));
        }
        return changes;
    }

    /// The rows at a revision.
    static List<Change> rows(long revision) {
        var rows = new ArrayList<Change>();
        if (revision > 1) {
            rows.add(new Change.ObjectCreated(ioas(revision)));
        }
        for (long r = Math.max(2, revision - WINDOW + 1); r <= revision; r++) {
            rows.add(new Change.MappingAdded(IOAS_ID, mapping(r)));
        }
        return rows;
    }

    static ContextInfo info(long revision) {
        return Hosts.info(HOST).withNextStage2Fault(revision);
    }

    static Claim claim(long context, long revision) {
        return new Claim.AsidClaim("smmu of " + context, (int) revision);
    }

    private static Ioas ioas(long revision) {
        return new Ioas(IOAS_ID, 2, List.of(), List.of(), revision % 2 == 0);
    }

    private static Mapping mapping(long revision) {
        long first = revision << 12;
        return new Mapping(
                first,
                first + 0xfff,
                new Backing.UserMemory(new UserVa(-first)),
                Access.READ_WRITE,
                new Pages(revision, true, false));
    }
}

package dev.directmsi.replica;

import dev.directmsi.control.Rows;
import dev.directmsi.iommufd.Claim;
import dev.directmsi.iommufd.object.ContextInfo;
import dev.directmsi.replica.Violations.Promise;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeSet;

/// Finds for every answer of one context a revision at which it is true, so that all of them
/// together respect real time: the history is linearizable then.
///
/// Commits, and reads that name their revision, stand where they say. A refusal, or a dry run, may
/// stand at any revision that could be met while it ran; those are taken in the order of their
/// answers, each as early as it can be, which leaves the most room for the rest.
final class Explanation {

    private final Model model;
    private final List<Commit> commits;
    private final ClaimTimeline timeline;
    private final Violations violations;
    private final List<Placed> placed = new ArrayList<>();

    /// An observation that may stand at any of these revisions, and where it would be true.
    private record Free(Observed observed, long least, long most, NavigableSet<Long> truths) {}

    /// An observation at its revision.
    private record Placed(Observed observed, long revision, boolean isCommit) {

        /// Under its key this was refused, which cannot be after it was done. What was done by
        /// halves, and refused itself, is not kept under the key: a twin is refused after it too.
        boolean isRefusedEarlier(Observed other) {
            String key = observed.operation().key();
            return isCommit
                    && observed.isAcknowledged()
                    && key != null
                    && key.equals(other.operation().key())
                    && !observed.equals(other);
        }
    }

    Explanation(Model model, List<Commit> commits, ClaimTimeline timeline, Violations violations) {
        this.model = model;
        this.commits = commits;
        this.timeline = timeline;
        this.violations = violations;
    }

    void check(ContextInfo info, List<Observed> history) {
        var causes = new HashSet<Observed>();
        commits.forEach(commit -> {
            causes.add(commit.cause());
            placed.add(new Placed(commit.cause(), commit.revision(), true));
        });
        var tagged = new ArrayList<Observed>();
        var free = new ArrayList<Observed>();
        for (Observed one : history) {
            if (one.answer() == null || causes.contains(one)) {
                continue;
            }
            if (one.isTagged()) {
                tagged.add(one);
                placed.add(new Placed(one, one.revision(), false));
            } else {
                free.add(one);
            }
        }
        placed.forEach(this::checkTime);
        settle(walk(info, tagged, free));
    }

    /// Real time of what names its revision. Who was answered at a revision saw its commit, which
    /// therefore was not asked for later.
    private void checkTime(Placed one) {
        long least = least(one.observed()) + (one.isCommit() ? 1 : 0);
        long most = most(one.observed());
        if (one.revision() < least || one.revision() > most) {
            violations.add(
                    Promise.TIME_IS_REAL,
                    one.observed() + " is outside of revisions " + least + " to " + most);
        }
    }

    /// The newest revision that had been answered to somebody before this was asked.
    private long least(Observed one) {
        return placed.stream()
                .filter(other -> other.observed().isBefore(one))
                .mapToLong(Placed::revision)
                .max()
                .orElse(1);
    }

    /// The last revision before what was asked after this was answered.
    private long most(Observed one) {
        return placed.stream()
                .filter(other -> one.isBefore(other.observed()) || other.isRefusedEarlier(one))
                .mapToLong(other -> other.revision() - (other.isCommit() ? 1 : 0))
                .min()
                .orElse(Long.MAX_VALUE);
    }

    /// Goes through the revisions, and asks the model at each whatever could have been asked there.
    private List<Free> walk(ContextInfo info, List<Observed> tagged, List<Observed> free) {
        var rows = new Rows(info);
        Set<Claim> own = new LinkedHashSet<>();
        var all =
                free.stream()
                        .map(one -> new Free(one, least(one), most(one), new TreeSet<>()))
                        .sorted(Comparator.comparingLong(one -> one.observed().answered()))
                        .toList();
        for (int next = 0; ; next++) {
            long revision = rows.revision();
            for (Observed one : tagged) {
                if (one.revision() == revision && !isTrue(one, rows, own)) {
                    violations.add(
                            Promise.ANSWERS_ARE_EXPLAINED,
                            one
                                    + ", but the rules answer "
                                    + model.answer(one.operation(), rows, own, List.of()));
                }
            }
            for (Free one : all) {
                if (one.least() <= revision
                        && revision <= one.most()
                        && isTrue(one.observed(), rows, own)) {
                    one.truths().add(revision);
                }
            }
            if (next == commits.size()) {
                return all;
            }
            rows.apply(commits.get(next).changes());
            Replay.note(own, commits.get(next).changes());
        }
    }

    private boolean isTrue(Observed one, Rows rows, Set<Claim> own) {
        return timeline.othersDuring(one).stream()
                .anyMatch(others ->
                        model.answer(one.operation(), rows, own, others).equals(one.answer()));
    }

    private void settle(List<Free> free) {
        for (Free one : free) {
            if (one.observed().isFailure()) {
                violations.add(Promise.NO_INTERNAL_ERROR, one.observed().toString());
                continue;
            }
            Long revision = one.truths().ceiling(least(one.observed()));
            if (revision == null) {
                violations.add(
                        Promise.ANSWERS_ARE_EXPLAINED,
                        one.observed()
                                + " is true at none of the revisions "
                                + least(one.observed())
                                + " to "
                                + Math.min(one.most(), commits.size() + 1L)
                                + ", only at "
                                + one.truths());
            } else {
                placed.add(new Placed(one.observed(), revision, false));
            }
        }
    }
}

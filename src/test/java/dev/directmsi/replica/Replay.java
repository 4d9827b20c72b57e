package dev.directmsi.replica;

import dev.directmsi.control.Rows;
import dev.directmsi.iommufd.Change;
import dev.directmsi.iommufd.Claim;
import dev.directmsi.iommufd.object.ContextInfo;
import dev.directmsi.replica.Violations.Promise;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Tells the commits of one context again, in the order of their revisions, and finds for each the
/// operation that caused it.
final class Replay {

    private final Model model;
    private final Violations violations;
    private final List<Observed> open;
    private final List<Commit> commits = new ArrayList<>();
    private final ContextInfo info;
    private Rows rows;
    private final Set<Claim> own = new LinkedHashSet<>();

    Replay(Model model, ContextInfo info, List<Observed> history, Violations violations) {
        this.model = model;
        this.violations = violations;
        this.info = info;
        this.rows = new Rows(info);
        this.open =
                new ArrayList<>(
                        history.stream()
                                .filter(one -> !one.operation().isRead())
                                .filter(one -> !one.operation().isDryRun())
                                .toList());
    }

    /// The commits, up to the first that cannot be explained.
    List<Commit> commits(List<LogRow> log) {
        for (LogRow row : log) {
            if (row.revision() != rows.revision() + 1) {
                violations.add(
                        Promise.COMMITS_FOLLOW_THE_RULES,
                        "after revision " + rows.revision() + " the log has " + row);
                break;
            }
            if (!explain(row)) {
                violations.add(
                        Promise.COMMITS_FOLLOW_THE_RULES,
                        "no operation explains " + row + "; tagged with it: " + tagged(row));
                break;
            }
        }
        long last = rows.revision();
        open.stream()
                .filter(Observed::isAcknowledged)
                .filter(one -> one.revision() > last)
                .forEach(one ->
                        violations.add(
                                Promise.NOTHING_ACKNOWLEDGED_IS_MISSING,
                                one + ", but the log explains revisions to " + last));
        return commits;
    }

    private List<Observed> tagged(LogRow row) {
        return open.stream().filter(one -> isTagged(one, row)).toList();
    }

    private static boolean isTagged(Observed one, LogRow row) {
        return one.isAcknowledged() && one.revision() == row.revision();
    }

    /// First those that say that it was they; then those that do not know; then those that were
    /// refused half-way, whose answer names no revision.
    private boolean explain(LogRow row) {
        var candidates = new ArrayList<Observed>(tagged(row));
        open.stream().filter(one -> one.answer() == null).forEach(candidates::add);
        open.stream().filter(Replay::isHalfDone).forEach(candidates::add);
        open.stream().filter(Observed::wasRepeated).forEach(candidates::add);
        Told mistaken = null;
        var fitting = new ArrayList<Told>();
        for (Observed candidate : candidates) {
            if (!fitting.isEmpty() && !isTagged(candidate, row)) {
                break;
            }
            Told told = tell(candidate, row);
            if (told != null && told.isAnsweredSo()) {
                fitting.add(told);
            } else if (told != null && mistaken == null) {
                mistaken = told;
            }
        }
        if (!fitting.isEmpty()) {
            accept(cause(fitting), row);
            return true;
        }
        if (mistaken == null) {
            return false;
        }
        violations.add(
                Promise.COMMITS_FOLLOW_THE_RULES,
                mistaken.cause() + ", but the rules answer " + mistaken.replayed().answer());
        accept(mistaken, row);
        return true;
    }

    /// Which of those that would all have led to the row did it. Who came later found nothing to
    /// do, and may have been answered the same (a reset after another one); so it is who would be
    /// answered otherwise after the row, else who was answered first.
    private Told cause(List<Told> fitting) {
        if (fitting.size() == 1) {
            return fitting.getFirst();
        }
        return fitting.stream()
                .filter(told -> !isTrueAfterwards(told))
                .findFirst()
                .orElseGet(() ->
                        fitting.stream()
                                .min(Comparator.comparingLong(told -> told.cause().answered()))
                                .orElseThrow());
    }

    private boolean isTrueAfterwards(Told told) {
        var held = new LinkedHashSet<>(own);
        note(held, told.replayed().changes());
        Answered then = model.answer(told.cause().operation(), told.after(), held, List.of());
        return then.equals(told.cause().answer());
    }

    private static boolean isHalfDone(Observed one) {
        return one.answer() != null
                && !one.answer().isSuccess()
                && one.answer().body().contains("\"progress\"");
    }

    /// An operation that leads to the row, the rows after it, and what is answered to it.
    private record Told(Observed cause, Rows after, Model.Replayed replayed) {

        /// Two clients may have asked for the same: only one of them did it, and the other was told
        /// that there was nothing to do.
        boolean isAnsweredSo() {
            return cause.answer() == null
                    || cause.answer().equals(replayed.answer())
                    || isAnsweredAnew();
        }

        /// Done by halves, not answered, and repeated since: an answer of its own.
        boolean isAnsweredAnew() {
            return cause.wasRepeated() && !replayed.answer().isSuccess();
        }
    }

    private @Nullable Told tell(Observed candidate, LogRow row) {
        var after = new Rows(info);
        commits.forEach(commit -> after.apply(commit.changes()));
        return model.commit(candidate.operation(), after, own, row.changes())
                .map(replayed -> new Told(candidate, after, replayed))
                .orElse(null);
    }

    private void accept(Told told, LogRow row) {
        Answered answer = told.cause().answer();
        if (answer == null || answer.equals(told.replayed().answer())) {
            open.remove(told.cause());
        }
        List<Change> changes = told.replayed().changes();
        commits.add(
                new Commit(
                        row.order(),
                        row.revision(),
                        told.cause(),
                        changes,
                        told.replayed().believed()));
        rows = told.after();
        note(own, changes);
    }

    static void note(Set<Claim> held, List<Change> changes) {
        for (Change change : changes) {
            if (change instanceof Change.ResourceClaimed(Claim claim)) {
                held.add(claim);
            } else if (change instanceof Change.ResourceReleased(Claim claim)) {
                held.remove(claim);
            }
        }
    }

    /// What the context holds at the last revision.
    Set<Claim> own() {
        return own;
    }

    /// What the last revision consists of.
    Rows rows() {
        return rows;
    }
}

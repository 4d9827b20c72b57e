package dev.directmsi.replica;

import dev.directmsi.control.Rows;
import dev.directmsi.iommufd.Change;
import dev.directmsi.iommufd.Claim;
import dev.directmsi.iommufd.object.ContextInfo;
import dev.directmsi.replica.Violations.Promise;
import java.util.ArrayList;
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
        return open.stream()
                .filter(one -> one.isAcknowledged() && one.revision() == row.revision())
                .toList();
    }

    /// First those that say that it was they; then those that do not know; then those that were
    /// refused half-way, whose answer names no revision.
    private boolean explain(LogRow row) {
        var candidates = new ArrayList<Observed>(tagged(row));
        open.stream().filter(one -> one.answer() == null).forEach(candidates::add);
        open.stream().filter(Replay::isHalfDone).forEach(candidates::add);
        open.stream().filter(Observed::wasRepeated).forEach(candidates::add);
        Told mistaken = null;
        for (Observed candidate : candidates) {
            Told told = tell(candidate, row);
            if (told != null && told.isAnsweredSo()) {
                accept(told, row);
                return true;
            }
            mistaken = mistaken == null ? told : mistaken;
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

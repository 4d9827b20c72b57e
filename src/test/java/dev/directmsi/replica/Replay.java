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

/// Tells the commits of one context again, in the order of their revisions, and finds for each the
/// operation that caused it.
final class Replay {

    private final Model model;
    private final Violations violations;
    private final List<Observed> open;
    private final List<Commit> commits = new ArrayList<>();
    private final Rows rows;
    private final Set<Claim> own = new LinkedHashSet<>();

    Replay(Model model, ContextInfo info, List<Observed> history, Violations violations) {
        this.model = model;
        this.violations = violations;
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
        return candidates.stream().anyMatch(candidate -> isCause(candidate, row));
    }

    private static boolean isHalfDone(Observed one) {
        return one.answer() != null
                && !one.answer().isSuccess()
                && one.answer().body().contains("\"progress\"");
    }

    private boolean isCause(Observed candidate, LogRow row) {
        var replayed = model.commit(candidate.operation(), rows, own, row.changes());
        if (replayed.isEmpty()) {
            return false;
        }
        Answered expected = replayed.get().answer();
        if (candidate.answer() != null && !candidate.answer().equals(expected)) {
            if (candidate.wasRepeated() && !expected.isSuccess()) {
                // done by halves, not answered, and repeated since: an answer of its own
            } else {
                violations.add(
                        Promise.COMMITS_FOLLOW_THE_RULES,
                        candidate + ", but the rules answer " + expected);
            }
        } else {
            open.remove(candidate);
        }
        commits.add(
                new Commit(
                        row.order(),
                        row.revision(),
                        candidate,
                        replayed.get().changes(),
                        replayed.get().believed()));
        note(own, replayed.get().changes());
        return true;
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

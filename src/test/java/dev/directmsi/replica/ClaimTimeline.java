package dev.directmsi.replica;

import dev.directmsi.iommufd.Change;
import dev.directmsi.iommufd.Claim;
import dev.directmsi.replica.Violations.Promise;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Who held what of the host, commit by commit over all contexts.
final class ClaimTimeline {

    private final List<Commit> commits;

    ClaimTimeline(List<Commit> commits) {
        this.commits = commits.stream().sorted(Comparator.comparingLong(Commit::order)).toList();
    }

    /// At no moment do two contexts hold the same, and nobody gives up what is not his.
    void check(Violations violations) {
        var holders = new LinkedHashMap<Claim, Commit>();
        var ever = new ArrayList<Map.Entry<Claim, Long>>();
        for (Commit commit : commits) {
            long context = commit.cause().operation().context();
            for (Claim believed : commit.believed()) {
                if (ever.stream()
                        .noneMatch(held ->
                                held.getValue() != context && collide(held.getKey(), believed))) {
                    violations.add(
                            Promise.CLAIMS_EXCLUDE,
                            commit.cause() + " passed over " + believed + ", which nobody had");
                }
            }
            for (Change change : commit.changes()) {
                if (change instanceof Change.ResourceClaimed(Claim claim)) {
                    holders.forEach((held, by) -> {
                        if (collide(held, claim) && by.cause().operation().context() != context) {
                            violations.add(
                                    Promise.CLAIMS_EXCLUDE,
                                    commit.cause()
                                            + " took "
                                            + claim
                                            + ", held since "
                                            + by.cause());
                        }
                    });
                    holders.put(claim, commit);
                    ever.add(Map.entry(claim, context));
                } else if (change instanceof Change.ResourceReleased(Claim claim)) {
                    Commit by = holders.remove(claim);
                    if (by == null || by.cause().operation().context() != context) {
                        violations.add(
                                Promise.CLAIMS_EXCLUDE,
                                commit.cause() + " released " + claim + ", held by " + by);
                    }
                }
            }
        }
    }

    static boolean collide(Claim one, Claim other) {
        return switch (one) {
            case Claim.RamClaim(var range) when other instanceof Claim.RamClaim(var wanted) ->
                    range.overlaps(wanted);
            case Claim claim -> claim.equals(other);
        };
    }

    /// What other contexts may have held while an operation ran: each possibility once.
    List<Set<Claim>> othersDuring(Observed operation) {
        long context = operation.operation().context();
        var held = new LinkedHashSet<Claim>();
        var possible = new LinkedHashSet<Set<Claim>>();
        List<Commit> others =
                commits.stream()
                        .filter(commit -> commit.cause().operation().context() != context)
                        .toList();
        int sure = 0;
        int last = 0;
        for (int i = 0; i < others.size(); i++) {
            sure = others.get(i).cause().isBefore(operation) ? i + 1 : sure;
            last = others.get(i).cause().invoked() <= operation.answered() ? i + 1 : last;
        }
        for (int i = 0; i <= last; i++) {
            if (i >= sure) {
                possible.add(Set.copyOf(held));
            }
            if (i < last) {
                Replay.note(held, others.get(i).changes());
            }
        }
        return List.copyOf(possible);
    }

    /// The distinct commits of contexts, for those who ask which commits there are.
    List<Commit> commits() {
        return commits;
    }
}

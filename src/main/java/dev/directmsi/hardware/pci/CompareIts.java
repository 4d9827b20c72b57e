package dev.directmsi.hardware.pci;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Which devices can share one stage-2 copy of a direct nest parent, which cannot, and why: the
/// comparison of ITS parents before any interrupt is asked for.
///
/// @param sets the partition by (SMMU, ITS), in the order of the devices
/// @param copies how many stage-2 copies, and so VMIDs, the devices need under one nest parent
/// @param separations why the sets are apart
/// @param spanningGroups groups whose members are in several sets
public record CompareIts(
        List<Members> sets,
        int copies,
        List<Separation> separations,
        List<SpanningGroup> spanningGroups) {

    /// Devices that one answer fits.
    ///
    /// @param smmu the SMMU they share, or null
    /// @param its the ITS they share, or null
    /// @param sharesCopy whether they are in one stage-2 copy
    /// @param reason why they share it, or why they can have none
    public record Members(
            @Nullable String smmu,
            @Nullable String its,
            boolean sharesCopy,
            List<String> devices,
            String reason) {
        public Members {
            devices = List.copyOf(devices);
        }
    }

    /// Why some sets are apart.
    ///
    /// @param sets indexes of the sets that this keeps apart from each other, or from a copy at all
    public record Separation(Cause cause, List<Integer> sets, String reason) {
        public Separation {
            sets = List.copyOf(sets);
        }
    }

    /// What keeps sets apart.
    public enum Cause {
        /// A stream table entry names a VMID and a table of its own SMMU.
        DIFFERENT_SMMU,
        /// One IPA cannot lead to two doorbells.
        DIFFERENT_ITS,
        /// DMA goes past all SMMUs.
        NOT_TRANSLATED,
        /// MSI writes go past the SMMU, so that a guest's address would reach the bus as it is.
        MSI_BYPASSES_SMMU
    }

    /// A group whose members are in several sets. It is attached as a whole all the same:
    /// membership in a copy is per device.
    ///
    /// @param sets indexes of the sets, ascending
    public record SpanningGroup(int group, List<Integer> sets, String reason) {
        public SpanningGroup {
            sets = List.copyOf(sets);
        }
    }

    private record Key(@Nullable String smmu, @Nullable String its, boolean msiBypassesSmmu) {}

    public CompareIts {
        sets = List.copyOf(sets);
        separations = List.copyOf(separations);
        spanningGroups = List.copyOf(spanningGroups);
    }

    /// Compares devices.
    ///
    /// @param devices of one host; a device named twice counts once
    public static CompareIts of(Collection<PciFunction> devices) {
        var partition = new LinkedHashMap<Key, List<String>>();
        var groups = new TreeMap<Integer, TreeSet<Integer>>();
        var indexes = new LinkedHashMap<Key, Integer>();
        for (PciFunction device : new LinkedHashSet<>(devices)) {
            var key = new Key(device.smmu(), device.its(), device.msiBypassesSmmu());
            partition.computeIfAbsent(key, _ -> new ArrayList<>()).add(device.name());
            int index = indexes.computeIfAbsent(key, _ -> indexes.size());
            groups.computeIfAbsent(device.group(), _ -> new TreeSet<>()).add(index);
        }
        var sets = new ArrayList<Members>();
        partition.forEach((key, names) -> sets.add(members(key, names)));
        return new CompareIts(
                sets,
                (int) sets.stream().filter(Members::sharesCopy).count(),
                separations(List.copyOf(indexes.sequencedKeySet())),
                spanning(groups));
    }

    private static Members members(Key key, List<String> names) {
        boolean copy = key.smmu() != null && !key.msiBypassesSmmu();
        return new Members(key.smmu(), key.its(), copy, names, reason(key));
    }

    private static String reason(Key key) {
        if (key.smmu() == null) {
            return "no SMMU translates them, so there is no stage 2: they cannot be bound";
        }
        if (key.msiBypassesSmmu()) {
            return "MSI writes do not pass %s: a direct target is refused, a window needs no page"
                    .formatted(key.smmu());
        }
        if (key.its() == null) {
            return "one stage-2 copy on %s, without an MSI page: they have no ITS"
                    .formatted(key.smmu());
        }
        return "one stage-2 copy on %s, whose MSI pages lead to %s"
                .formatted(key.smmu(), key.its());
    }

    private static List<Separation> separations(List<Key> keys) {
        var bySmmu = new LinkedHashMap<String, List<Integer>>();
        var untranslated = new ArrayList<Integer>();
        var bypassing = new ArrayList<Integer>();
        for (int i = 0; i < keys.size(); i++) {
            Key key = keys.get(i);
            if (key.smmu() == null) {
                untranslated.add(i);
            } else if (key.msiBypassesSmmu()) {
                bypassing.add(i);
            } else {
                bySmmu.computeIfAbsent(key.smmu(), _ -> new ArrayList<>()).add(i);
            }
        }
        var found = new ArrayList<Separation>();
        if (bySmmu.size() > 1) {
            found.add(
                    new Separation(
                            Cause.DIFFERENT_SMMU,
                            bySmmu.values().stream().flatMap(List::stream).sorted().toList(),
                            "%s: stream tables and VMIDs are per SMMU, so no copy serves two of them"
                                    .formatted(String.join(", ", bySmmu.keySet()))));
        }
        bySmmu.forEach((smmu, sets) -> differentItses(smmu, sets, keys, found));
        if (!untranslated.isEmpty()) {
            found.add(
                    new Separation(
                            Cause.NOT_TRANSLATED,
                            untranslated,
                            "their DMA bypasses every SMMU: no stage 2 can hold them"));
        }
        if (!bypassing.isEmpty()) {
            found.add(
                    new Separation(
                            Cause.MSI_BYPASSES_SMMU,
                            bypassing,
                            "their MSI writes are not translated: a guest's address would go out on"
                                    + " the bus"));
        }
        return found;
    }

    private static void differentItses(
            String smmu, List<Integer> sets, List<Key> keys, List<Separation> found) {
        if (sets.size() < 2) {
            return;
        }
        List<String> names =
                sets.stream()
                        .map(keys::get)
                        .map(key -> key.its() == null ? "none" : key.its())
                        .toList();
        found.add(
                new Separation(
                        Cause.DIFFERENT_ITS,
                        sets,
                        "behind %s, ITS %s: the same guest address must lead to each device's own doorbell, and one table leads it to one"
                                .formatted(smmu, String.join(", ", names))));
    }

    private static List<SpanningGroup> spanning(Map<Integer, TreeSet<Integer>> groups) {
        var found = new ArrayList<SpanningGroup>();
        groups.forEach((group, sets) -> {
            if (sets.size() > 1) {
                found.add(
                        new SpanningGroup(
                                group,
                                List.copyOf(sets),
                                "allowed: the group is attached as a whole, each member is in the"
                                        + " copy of its own SMMU and ITS"));
            }
        });
        return found;
    }
}

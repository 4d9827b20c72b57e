package dev.directmsi.api.host;

import dev.directmsi.hardware.pci.CompareIts;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Which devices share a stage-2 copy under one nest parent, which cannot, and why.
///
/// @param sets the devices by (SMMU, ITS), in the order of the request
/// @param copies how many copies, and so VMIDs, they need
/// @param separations why the sets are apart
/// @param spanningGroups groups whose members are in several sets
record CompareItsResponse(
        List<DeviceSet> sets,
        int copies,
        List<Separation> separations,
        List<SpanningGroup> spanningGroups) {

    /// Devices that one answer fits.
    ///
    /// @param sharesCopy whether they are in one stage-2 copy
    record DeviceSet(
            @Nullable String smmu,
            @Nullable String its,
            boolean sharesCopy,
            List<String> devices,
            String reason) {}

    /// Why some sets are apart.
    ///
    /// @param sets their indexes
    record Separation(CompareIts.Cause cause, List<Integer> sets, String reason) {}

    /// A group whose members are in several sets; it is attached as a whole all the same.
    ///
    /// @param sets their indexes
    record SpanningGroup(int group, List<Integer> sets, String reason) {}

    static CompareItsResponse of(CompareIts found) {
        return new CompareItsResponse(
                found.sets().stream()
                        .map(set ->
                                new DeviceSet(
                                        set.smmu(),
                                        set.its(),
                                        set.sharesCopy(),
                                        set.devices(),
                                        set.reason()))
                        .toList(),
                found.copies(),
                found.separations().stream()
                        .map(apart -> new Separation(apart.cause(), apart.sets(), apart.reason()))
                        .toList(),
                found.spanningGroups().stream()
                        .map(group ->
                                new SpanningGroup(group.group(), group.sets(), group.reason()))
                        .toList());
    }
}

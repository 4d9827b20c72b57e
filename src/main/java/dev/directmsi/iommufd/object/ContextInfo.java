package dev.directmsi.iommufd.object;

import dev.directmsi.address.PageSize;
import dev.directmsi.msi.DoorbellPage;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What belongs to a context as a whole.
 *
 * @param name for people
 * @param host the host it was opened on
 * @param topologyHash of that host's document; it cannot change while contexts are open
 * @param pageSize page size of the modelled kernel
 * @param processAccounting IOMMU_OPTION_RLIMIT_MODE
 * @param process what the process behind it may do
 * @param compatIoas the VFIO compatibility IOAS, or null
 * @param doorbellPages in order of first use, append-only
 * @param groupDoorbellPages bitmap of doorbell pages each bound group has needed
 * @param tombstones ids of vdevices that went with their device; never handed out again
 * @param nextStage2Fault next number of the stage-2 fault stream
 */
public record ContextInfo(
        String name,
        String host,
        String topologyHash,
        PageSize pageSize,
        boolean processAccounting,
        VmmProcess process,
        @Nullable ObjectId compatIoas,
        List<DoorbellPage> doorbellPages,
        Map<Integer, Long> groupDoorbellPages,
        Set<Integer> tombstones,
        long nextStage2Fault) {

    public ContextInfo {
        doorbellPages = List.copyOf(doorbellPages);
        groupDoorbellPages = Map.copyOf(groupDoorbellPages);
        tombstones = Set.copyOf(tombstones);
    }

    public static ContextInfo opened(
            String name, String host, String topologyHash, PageSize pageSize) {
        return new ContextInfo(
                name,
                host,
                topologyHash,
                pageSize,
                false,
                VmmProcess.ROOT,
                null,
                List.of(),
                Map.of(),
                Set.of(),
                0);
    }

    public ContextInfo withProcessAccounting(boolean enabled) {
        return new ContextInfo(
                name,
                host,
                topologyHash,
                pageSize,
                enabled,
                process,
                compatIoas,
                doorbellPages,
                groupDoorbellPages,
                tombstones,
                nextStage2Fault);
    }

    public ContextInfo withProcess(VmmProcess changed) {
        return new ContextInfo(
                name,
                host,
                topologyHash,
                pageSize,
                processAccounting,
                changed,
                compatIoas,
                doorbellPages,
                groupDoorbellPages,
                tombstones,
                nextStage2Fault);
    }

    public ContextInfo withCompatIoas(@Nullable ObjectId ioas) {
        return new ContextInfo(
                name,
                host,
                topologyHash,
                pageSize,
                processAccounting,
                process,
                ioas,
                doorbellPages,
                groupDoorbellPages,
                tombstones,
                nextStage2Fault);
    }

    public ContextInfo withDoorbellPages(List<DoorbellPage> pages, Map<Integer, Long> byGroup) {
        return new ContextInfo(
                name,
                host,
                topologyHash,
                pageSize,
                processAccounting,
                process,
                compatIoas,
                pages,
                byGroup,
                tombstones,
                nextStage2Fault);
    }

    public ContextInfo withTombstones(Set<Integer> ids) {
        return new ContextInfo(
                name,
                host,
                topologyHash,
                pageSize,
                processAccounting,
                process,
                compatIoas,
                doorbellPages,
                groupDoorbellPages,
                ids,
                nextStage2Fault);
    }

    public ContextInfo withNextStage2Fault(long next) {
        return new ContextInfo(
                name,
                host,
                topologyHash,
                pageSize,
                processAccounting,
                process,
                compatIoas,
                doorbellPages,
                groupDoorbellPages,
                tombstones,
                next);
    }
}

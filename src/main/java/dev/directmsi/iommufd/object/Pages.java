package dev.directmsi.iommufd.object;

/**
 * The memory of one IOMMU_IOAS_MAP, which every copy of that mapping shares (kernel: {@code
 * iopt_pages}). What was decided when it was mapped holds for all of them, however long the first
 * is gone.
 *
 * @param id unique in the context
 * @param writable whether it was mapped with WRITE; no copy can exceed it
 * @param charged whether its pinned pages count against the memlock limit: the process had no
 *     CAP_IPC_LOCK when it mapped
 */
public record Pages(long id, boolean writable, boolean charged) {}

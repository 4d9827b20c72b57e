package dev.directmsi.iommufd;

/**
 * One operation with its own rule.
 *
 * @param <R> the reply
 */
public interface Command<R> {

    /**
     * Decides. Reads the context and nothing else; never writes.
     *
     * @throws Rejection when the operation is refused; nothing has changed then
     */
    Decision<R> decide(ContextView context);

    /**
     * The kernel command that this mirrors, {@code IOMMU_IOAS_MAP}, or a name of our own for a
     * proposal.
     */
    String ioctl();
}

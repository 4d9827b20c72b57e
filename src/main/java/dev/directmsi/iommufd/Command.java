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
     * Decides, and adds what follows from it whatever the rule: pinned pages without a user address
     * go with their last pin.
     *
     * @throws Rejection as {@link #decide} does
     */
    default Decision<R> decideWhole(ContextView context) {
        Decision<R> decision = decide(context);
        return decision.with(Unpinning.of(context, decision.changes()));
    }

    /**
     * The kernel command that this mirrors, {@code IOMMU_IOAS_MAP}, or a name of our own for a
     * proposal.
     */
    String ioctl();
}

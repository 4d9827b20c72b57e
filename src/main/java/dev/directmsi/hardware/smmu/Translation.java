package dev.directmsi.hardware.smmu;

import dev.directmsi.address.PhysAddr;
import java.util.List;

/**
 * What became of a transaction, and how.
 *
 * @param transaction what the device presented
 * @param hops the steps in order; the last one is where it ended
 * @param outcome translated, faulted or aborted
 */
public record Translation(Transaction transaction, List<Hop> hops, Outcome outcome) {

    public Translation {
        hops = List.copyOf(hops);
    }

    /** One of the three ends of a transaction at an SMMU. */
    public sealed interface Outcome {}

    /**
     * It goes on to the system.
     *
     * @param address where to
     */
    public record Translated(PhysAddr address) implements Outcome {}

    /**
     * The SMMU terminated it and recorded why.
     *
     * @param event the record
     * @param step what the SMMU was consulting
     * @param description one sentence for a reader
     */
    public record Fault(EventRecord event, Hop.Step step, String description) implements Outcome {}

    /** The SMMU terminated it without a record: Config says abort. */
    public record Aborted() implements Outcome {}
}

package dev.directmsi.hardware.smmu;

import dev.directmsi.address.Ipa;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One step of a translation, for a reader: what was looked up with which input, the raw words, what
 * they say, and what came out. Stage-2 tables are views and have no addresses, so a hop of stage 2
 * shows its leaf alone.
 *
 * @param step what kind of thing was consulted
 * @param what its name, {@code STE of SID 0x100}
 * @param input the number it was looked up with: a StreamID, a SubstreamID or an address
 * @param output the address that it names, or null for none; the outcome says whether the
 *     transaction got there
 * @param level lookup level of a descriptor, else null
 * @param fetchedFrom the guest's memory that held the words, else null
 * @param words the raw words, empty where nothing was found
 * @param fields the words decoded, in order
 * @param fetches the stage-2 hops that the fetch from {@code fetchedFrom} took
 */
public record Hop(
        Step step,
        String what,
        long input,
        @Nullable Long output,
        @Nullable Integer level,
        @Nullable Ipa fetchedFrom,
        List<Long> words,
        Map<String, String> fields,
        List<Hop> fetches) {

    /** What a hop consults. */
    public enum Step {
        /** The stream table entry. */
        STE,
        /** A first-level context descriptor: a pointer to a leaf of the CD table. */
        L1CD,
        /** The context descriptor. */
        CD,
        /** A stage-1 descriptor. */
        STAGE_1,
        /** A stage-2 leaf. */
        STAGE_2,
        /** A cached translation of both stages. */
        TLB,
        /** What lies at a physical address. */
        PA_DECODE,
        /** The interrupt translation table. */
        ITS
    }

    // Fields has made the map unmodifiable already, and Map.copyOf would lose its order.
    public Hop {
        words = List.copyOf(words);
        fetches = List.copyOf(fetches);
    }
}

package dev.directmsi.hardware.smmu;

/**
 * What a transaction without a SubstreamID gets from a stream that has several context descriptors:
 * STE.S1DSS (IHI 0070, 5.2). The ordinal is the encoding.
 */
public enum DefaultSubstream {
    /** It is terminated with F_STREAM_DISABLED. */
    TERMINATE,
    /** Stage 1 is skipped. */
    BYPASS,
    /** It uses context descriptor 0, which no SubstreamID can then name. */
    SUBSTREAM_0;

    /** The meaning of S1DSS; the reserved value behaves as 0. */
    static DefaultSubstream of(long s1dss) {
        return s1dss == 3 ? TERMINATE : values()[(int) s1dss];
    }
}

package dev.directmsi.hardware.smmu;

/**
 * What a transaction without a SubstreamID gets from a stream that has several context descriptors:
 * STE.S1DSS (IHI 0070, 5.2).
 */
public enum DefaultSubstream {
    /** It is terminated with F_STREAM_DISABLED. */
    TERMINATE(0),
    /** Stage 1 is skipped. */
    BYPASS(1),
    /** It uses context descriptor 0, which no SubstreamID can then name. */
    SUBSTREAM_0(2);

    private final int encoding;

    DefaultSubstream(int encoding) {
        this.encoding = encoding;
    }

    int encoding() {
        return encoding;
    }

    /** The meaning of S1DSS; the reserved value behaves as 0. */
    static DefaultSubstream of(long s1dss) {
        return s1dss == 2 ? SUBSTREAM_0 : s1dss == 1 ? BYPASS : TERMINATE;
    }
}

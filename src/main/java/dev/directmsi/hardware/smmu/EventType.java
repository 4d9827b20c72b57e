package dev.directmsi.hardware.smmu;

import java.util.Optional;

/** Events that an SMMU records (IHI 0070, 7.3). */
public enum EventType {
    F_UUT(0x01),
    C_BAD_STREAMID(0x02),
    F_STE_FETCH(0x03),
    C_BAD_STE(0x04),
    F_BAD_ATS_TREQ(0x05),
    F_STREAM_DISABLED(0x06),
    F_TRANSL_FORBIDDEN(0x07),
    C_BAD_SUBSTREAMID(0x08),
    F_CD_FETCH(0x09),
    C_BAD_CD(0x0A),
    F_WALK_EABT(0x0B),
    F_TRANSLATION(0x10),
    F_ADDR_SIZE(0x11),
    F_ACCESS(0x12),
    F_PERMISSION(0x13),
    F_TLB_CONFLICT(0x20),
    F_CFG_CONFLICT(0x21),
    E_PAGE_REQUEST(0x24),
    F_VMS_FETCH(0x25);

    private final int code;

    EventType(int code) {
        this.code = code;
    }

    /** The event number. */
    public int code() {
        return code;
    }

    /** The type with an event number; none for numbers that the architecture does not define. */
    public static Optional<EventType> of(long code) {
        for (EventType type : values()) {
            if (type.code == code) {
                return Optional.of(type);
            }
        }
        return Optional.empty();
    }

    /** Whether it is about a translation, and so has a stage, an access and an input address. */
    public boolean isTranslationFault() {
        return switch (this) {
            case F_TRANSLATION, F_ADDR_SIZE, F_ACCESS, F_PERMISSION -> true;
            case F_UUT,
                    C_BAD_STREAMID,
                    F_STE_FETCH,
                    C_BAD_STE,
                    F_BAD_ATS_TREQ,
                    F_STREAM_DISABLED,
                    F_TRANSL_FORBIDDEN,
                    C_BAD_SUBSTREAMID,
                    F_CD_FETCH,
                    C_BAD_CD,
                    F_WALK_EABT,
                    F_TLB_CONFLICT,
                    F_CFG_CONFLICT,
                    E_PAGE_REQUEST,
                    F_VMS_FETCH ->
                    false;
        };
    }

    /** Whether it concerns what a guest wrote, and so may go to its event queue. */
    boolean concernsGuest() {
        return isTranslationFault()
                || this == C_BAD_STE
                || this == F_STREAM_DISABLED
                || this == C_BAD_SUBSTREAMID
                || this == C_BAD_CD;
    }
}

package dev.directmsi.hardware.smmu;

/** What {@link GuestStage1} was asked to build cannot be built; the message names the value. */
public final class InvalidStage1Exception extends IllegalArgumentException {

    private static final long serialVersionUID = 1;

    InvalidStage1Exception(String message) {
        super(message);
    }
}

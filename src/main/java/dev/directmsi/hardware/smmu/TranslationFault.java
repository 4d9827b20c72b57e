package dev.directmsi.hardware.smmu;

/**
 * Ends a walk from any depth. It is a checked exception because a fault of stage 2 ends a fetch
 * three calls below the walk that it ends, and every one of them would only pass it on.
 */
final class TranslationFault extends Exception {

    private static final long serialVersionUID = 1;

    private final transient Translation.Fault fault;

    TranslationFault(EventRecord event, Hop.Step step, String description) {
        super(description, null, false, false);
        fault = new Translation.Fault(event, step, description);
    }

    Translation.Fault fault() {
        return fault;
    }
}

package dev.directmsi.control;

import org.jspecify.annotations.Nullable;

/** Trouble with the store, by what the caller has to do about it. */
public sealed class StoreException extends RuntimeException {

    private static final long serialVersionUID = 1;

    private StoreException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    /** Somebody else committed first. Nothing was written: load again and decide again. */
    public static final class Stale extends StoreException {
        private static final long serialVersionUID = 1;

        public Stale(String message) {
            super(message, null);
        }
    }

    /** A claim is taken. Nothing was written: read the claims again and decide again. */
    public static final class ClaimTaken extends StoreException {
        private static final long serialVersionUID = 1;

        public ClaimTaken(String message, @Nullable Throwable cause) {
            super(message, cause);
        }
    }

    /** Contexts are open on the host. Nothing was written. */
    public static final class HostInUse extends StoreException {
        private static final long serialVersionUID = 1;

        public HostInUse(String message) {
            super(message, null);
        }
    }

    /** The database is not there. Nothing was written: try later. */
    public static final class Unavailable extends StoreException {
        private static final long serialVersionUID = 1;

        public Unavailable(String message, @Nullable Throwable cause) {
            super(message, cause);
        }
    }

    /**
     * The commit was sent and its outcome is not known: load again; the client repeats with its
     * key.
     */
    public static final class OutcomeUnknown extends StoreException {
        private static final long serialVersionUID = 1;

        public OutcomeUnknown(String message, @Nullable Throwable cause) {
            super(message, cause);
        }
    }
}

package dev.directmsi.iommufd;

/** What a client can do about a refusal; the HTTP status follows from it alone. */
public enum Kind {
    /** The request itself cannot be read. */
    MALFORMED,
    /**
     * Understood, and wrong whatever the state is; or it names an object in its body that is not
     * there.
     */
    INVALID,
    /** What the path names does not exist. */
    MISSING,
    /** Right in another state: something is in the way, or a prerequisite is missing. */
    CONFLICT,
    /** Not allowed to this caller or for this device. */
    FORBIDDEN,
    /** A value or combination that this hardware or kernel does not support. */
    UNSUPPORTED,
    /** A pool is empty. */
    EXHAUSTED,
    /** The precondition of the request does not hold any more. */
    MOVED
}

package dev.directmsi.control;

import org.jspecify.annotations.Nullable;

/**
 * What a request demands around its operation.
 *
 * @param ifMatch the revision (or topology hash) that it must meet, or null
 * @param key its idempotency key, or null
 * @param validateOnly decide, commit nothing
 */
public record Guard(@Nullable String ifMatch, @Nullable Key key, boolean validateOnly) {

    /** A request that demands nothing. */
    public static final Guard NONE = new Guard(null, null, false);

    /**
     * An idempotency key and the request it stands for.
     *
     * @param value 1 to 200 visible ASCII characters
     * @param request hash of method, path, query and body
     * @param summary method and path, for people
     */
    public record Key(String value, String request, String summary) {}
}

package dev.directmsi.replica;

import org.jspecify.annotations.Nullable;

/// One request to one context.
///
/// @param body JSON, empty for none
/// @param key its idempotency key
/// @param ifMatch the revision that it demands
record Operation(
        long context,
        String method,
        String path,
        String body,
        @Nullable String key,
        @Nullable String ifMatch) {

    /// Whether it can be repeated without doing it twice.
    boolean isRepeatable() {
        return key != null || isRead() || isDryRun();
    }

    boolean isRead() {
        return method.equals("GET") || path.endsWith("/msi/plan") || path.endsWith("/explain");
    }

    boolean isDryRun() {
        return path.contains("validateOnly=true");
    }

    @Override
    public String toString() {
        return method
                + " "
                + path
                + (body.isEmpty() ? "" : " " + body)
                + (ifMatch == null ? "" : " If-Match: " + ifMatch)
                + (key == null ? "" : " [" + key + "]");
    }
}

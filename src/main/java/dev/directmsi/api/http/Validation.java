package dev.directmsi.api.http;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a mutation would do: the answer to `?validateOnly=true`. Nothing was committed; ids and
/// VMIDs are not reserved.
///
/// @param revision that the context would be at
/// @param status that the real call would answer
/// @param reply that it would answer, absent where it answers no body
/// @param changes all that would change, in order
public record Validation(
        long revision, int status, @Nullable Object reply, List<PlannedChange> changes) {

    /// Tells a dry run's answer from a real one's, which has the same status.
    public static final String MEDIA_TYPE = "application/json;profile=validation";
}

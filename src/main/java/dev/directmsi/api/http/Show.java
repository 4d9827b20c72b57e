package dev.directmsi.api.http;

import dev.directmsi.iommufd.ContextView;

/// Makes a response of a reply.
///
/// @param <R> reply of a command
/// @param <X> response record
@FunctionalInterface
public interface Show<R, X> {

    /// Makes the response.
    ///
    /// @param context as it was when the command was decided: without the command's own changes
    X of(R reply, ContextView context);
}

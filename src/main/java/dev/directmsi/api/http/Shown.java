package dev.directmsi.api.http;

import dev.directmsi.iommufd.Change;
import dev.directmsi.iommufd.Command;
import dev.directmsi.iommufd.ContextView;
import dev.directmsi.iommufd.Decision;
import java.util.List;

/// A command whose reply is a response record, made while the context that it was decided on is at
/// hand.
///
/// @param command the operation
/// @param show makes the response
/// @param <R> reply of the operation
/// @param <X> the response
record Shown<R, X>(Command<R> command, Show<R, X> show) implements Command<X> {

    @Override
    public Decision<X> decide(ContextView context) {
        return switch (command.decide(context)) {
            case Decision.Accepted<R>(R reply, List<Change> changes) ->
                    Decision.of(show.of(reply, context), changes);
            case Decision.Partial<R>(List<Change> changes, var rejection) ->
                    new Decision.Partial<>(changes, rejection);
        };
    }

    @Override
    public String ioctl() {
        return command.ioctl();
    }
}

package dev.directmsi.api.http;

import dev.directmsi.iommufd.Change;
import dev.directmsi.iommufd.Command;
import dev.directmsi.iommufd.ContextView;
import dev.directmsi.iommufd.Decision;
import dev.directmsi.iommufd.Rejection;
import java.util.List;
import java.util.function.BiFunction;

/// A command whose reply is a response, made while the context that it was decided on is at hand.
///
/// @param command the operation
/// @param show makes the response
/// @param plan shows a change; for a dry run only
/// @param <R> reply of the operation
/// @param <X> the response
record Shown<R, X>(
        Command<R> command,
        Show<R, X> show,
        BiFunction<Change, ContextView, PlannedChange> plan,
        boolean dryRun)
        implements Command<Shown.Presented<X>> {

    /// A response, and what would change for it.
    record Presented<X>(X response, List<PlannedChange> planned) {}

    @Override
    public Decision<Presented<X>> decide(ContextView context) {
        return switch (command.decide(context)) {
            case Decision.Accepted<R>(R reply, List<Change> changes) ->
                    Decision.of(
                            new Presented<>(show.of(reply, context), planned(changes, context)),
                            changes);
            case Decision.Partial<R>(List<Change> changes, Rejection rejection) ->
                    new Decision.Partial<>(changes, rejection);
        };
    }

    private List<PlannedChange> planned(List<Change> changes, ContextView context) {
        return dryRun
                ? changes.stream().map(change -> plan.apply(change, context)).toList()
                : List.of();
    }

    @Override
    public String ioctl() {
        return command.ioctl();
    }
}

package dev.directmsi.api.http;

import dev.directmsi.iommufd.Change;
import dev.directmsi.iommufd.ContextView;

/// Shows what a dry run would change. The resources know how they look, so they do it, not this
/// package.
@FunctionalInterface
public interface ChangeView {

    /// Shows one change.
    ///
    /// @param context as it is before the change
    PlannedChange of(Change change, ContextView context);
}

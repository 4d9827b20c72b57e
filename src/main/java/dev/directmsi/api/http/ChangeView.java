package dev.directmsi.api.http;

import dev.directmsi.iommufd.Change;
import dev.directmsi.iommufd.ContextView;
import java.util.Locale;

/// Shows what a dry run would change, or a commit has changed. The resources know how they look, so
/// they do it, not this package.
@FunctionalInterface
public interface ChangeView {

    /// Shows one change.
    ///
    /// @param context as it is before the change
    PlannedChange of(Change change, ContextView context);

    /// The names of the kinds, made once each.
    ClassValue<String> KINDS =
            new ClassValue<>() {
                @Override
                protected String computeValue(Class<?> type) {
                    return type.getSimpleName()
                            .replaceAll("(?<=[a-z])(?=[A-Z])", "_")
                            .toUpperCase(Locale.ROOT);
                }
            };

    /// What kind of change it is, as the API names it.
    static String kind(Change change) {
        return KINDS.get(change.getClass());
    }
}

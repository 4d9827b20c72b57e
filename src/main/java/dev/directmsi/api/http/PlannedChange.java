package dev.directmsi.api.http;

import dev.directmsi.iommufd.Change;
import java.util.Locale;

/// One change that a mutation would make.
///
/// @param kind what would happen: `OBJECT_CREATED`, `MAPPING_REMOVED`, …
public record PlannedChange(String kind) {

    static PlannedChange of(Change change) {
        String name = change.getClass().getSimpleName();
        return new PlannedChange(
                name.replaceAll("(?<=[a-z])(?=[A-Z])", "_").toUpperCase(Locale.ROOT));
    }
}

package dev.directmsi.api;

import dev.directmsi.api.http.ChangeView;
import dev.directmsi.api.http.PlannedChange;
import dev.directmsi.api.ioas.IoasResponse;
import dev.directmsi.api.ioas.MappingResponse;
import dev.directmsi.iommufd.Change;
import dev.directmsi.iommufd.ContextView;
import dev.directmsi.iommufd.object.Ioas;
import dev.directmsi.iommufd.object.IommufdObject;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/// Shows what a dry run would change, in the shapes in which the resources are read.
@Component
class Changes implements ChangeView {

    @Override
    public PlannedChange of(Change change, ContextView context) {
        String name = change.getClass().getSimpleName();
        String kind = name.replaceAll("(?<=[a-z])(?=[A-Z])", "_").toUpperCase(Locale.ROOT);
        return new PlannedChange(kind, shown(change, context));
    }

    private static @Nullable Object shown(Change change, ContextView context) {
        return switch (change) {
            case Change.ObjectCreated c -> shown(c.object(), context);
            case Change.ObjectReplaced c -> shown(c.after(), context);
            case Change.ObjectDestroyed c -> shown(c.object(), context);
            case Change.MappingAdded c -> MappingResponse.of(c.mapping());
            case Change.MappingRemoved c -> MappingResponse.of(c.mapping());
            default -> null;
        };
    }

    private static Object shown(IommufdObject object, ContextView context) {
        return switch (object) {
            case Ioas ioas -> IoasResponse.of(ioas, context);
            default -> ObjectResponse.of(object, context);
        };
    }
}

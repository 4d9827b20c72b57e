package dev.directmsi.api.wire;

import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import java.lang.reflect.AnnotatedType;
import java.lang.reflect.RecordComponent;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.cfg.MapperConfig;
import tools.jackson.databind.introspect.Annotated;
import tools.jackson.databind.introspect.AnnotatedMember;
import tools.jackson.databind.introspect.AnnotatedParameter;
import tools.jackson.databind.introspect.NopAnnotationIntrospector;

/// Tells Jackson what the compiler knows: a component of our records may be left out exactly if it
/// is `@Nullable`.
public final class RequiredComponents extends NopAnnotationIntrospector {

    private static final long serialVersionUID = 1;

    /// Whether a record of ours always has this component.
    public static boolean isRequired(RecordComponent component) {
        return isRequired(component.getAnnotatedType());
    }

    private static boolean isRequired(AnnotatedType type) {
        return !type.isAnnotationPresent(Nullable.class);
    }

    @Override
    public @Nullable Boolean hasRequiredMarker(MapperConfig<?> config, AnnotatedMember member) {
        return isOurs(member) ? required((AnnotatedParameter) member) : null;
    }

    /// A null where a value is required is refused like a missing one; elsewhere it is the same as
    /// leaving it out.
    @Override
    public JsonSetter.Value findSetterInfo(MapperConfig<?> config, Annotated member) {
        return isOurs(member) && required((AnnotatedParameter) member)
                ? JsonSetter.Value.forValueNulls(Nulls.FAIL)
                : JsonSetter.Value.empty();
    }

    private static boolean isOurs(Annotated member) {
        return member instanceof AnnotatedParameter parameter
                && parameter.getDeclaringClass().isRecord()
                && parameter.getDeclaringClass().getName().startsWith("dev.directmsi.");
    }

    private static boolean required(AnnotatedParameter parameter) {
        return isRequired(
                parameter.getDeclaringClass().getRecordComponents()[parameter.getIndex()]);
    }
}

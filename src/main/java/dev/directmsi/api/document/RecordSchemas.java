package dev.directmsi.api.document;

import com.fasterxml.jackson.databind.JavaType;
import dev.directmsi.api.wire.RequiredComponents;
import io.swagger.v3.core.converter.AnnotatedType;
import io.swagger.v3.core.converter.ModelConverter;
import io.swagger.v3.core.converter.ModelConverterContext;
import io.swagger.v3.core.jackson.ModelResolver;
import io.swagger.v3.oas.models.media.Schema;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.springframework.web.bind.annotation.RestController;

/// Describes our types: value types by reference, records with their components in order and with
/// what is required.
@Component
class RecordSchemas implements ModelConverter {

    static {
        ModelResolver.enumsAsRef = true; // an enumeration is a named schema, too
    }

    private final Map<String, JavaType> owners = new ConcurrentHashMap<>();

    @Override
    public @Nullable Schema<?> resolve(
            AnnotatedType type, ModelConverterContext context, Iterator<ModelConverter> chain) {
        JavaType java = WireSchemas.javaType(type.getType());
        var value = WireSchemas.find(java);
        if (value.isPresent()) {
            context.defineModel(value.get().name(), value.get().schema());
            return value.get().reference();
        }
        if (!chain.hasNext()) {
            return null;
        }
        Class<?> raw = java.getRawClass();
        if (raw.isMemberClass() && raw.getName().startsWith("dev.directmsi.")) {
            type.setName(nameOf(raw));
        }
        Schema<?> schema = chain.next().resolve(type, context, chain);
        if (schema != null && schema.get$ref() != null && (raw.isRecord() || raw.isEnum())) {
            claim(schema.get$ref(), java);
        }
        if (raw.isRecord() && schema != null) {
            describe(raw, definition(schema, context));
        }
        return schema;
    }

    /// What is nested in a type is named after both: `VectorResponse.State` is `VectorState`. A
    /// controller is nobody's concern.
    private static String nameOf(Class<?> nested) {
        if (nested.getDeclaringClass().isAnnotationPresent(RestController.class)) {
            return nested.getSimpleName();
        }
        String outer =
                nested.getDeclaringClass().getSimpleName().replaceAll("(Request|Response)$", "");
        String inner = nested.getSimpleName();
        return inner.startsWith(outer) ? inner : outer + inner;
    }

    /// Schemas are named by simple names, and the library would merge two types of one name without
    /// a word.
    private void claim(String reference, JavaType type) {
        JavaType owner = owners.putIfAbsent(reference, type);
        if (owner != null && !owner.equals(type)) {
            throw new IllegalStateException(owner + " and " + type + " are both " + reference);
        }
    }

    private static Schema<?> definition(Schema<?> schema, ModelConverterContext context) {
        String reference = schema.get$ref();
        if (reference == null) {
            return schema;
        }
        Schema<?> defined =
                context.getDefinedModels().get(reference.substring(reference.lastIndexOf('/') + 1));
        return defined == null ? schema : defined;
    }

    @SuppressWarnings("rawtypes") // the library's own signatures
    private static void describe(Class<?> type, Schema<?> schema) {
        Map<String, Schema> found = Objects.requireNonNullElse(schema.getProperties(), Map.of());
        List<RecordComponent> components = Arrays.asList(type.getRecordComponents());
        var ordered = new LinkedHashMap<String, Schema>();
        var required = new ArrayList<String>();
        for (RecordComponent component : components) {
            Schema<?> property = found.get(component.getName());
            if (property != null) {
                ordered.put(component.getName(), property);
                if (RequiredComponents.isRequired(component)) {
                    required.add(component.getName());
                }
            }
        }
        Javadoc javadoc = Javadoc.of(type);
        if (!javadoc.text().isEmpty()) {
            schema.setDescription(javadoc.text());
        }
        javadoc.params()
                .forEach((name, text) -> {
                    Schema<?> property = ordered.get(name);
                    if (property != null) {
                        property.setDescription(text);
                    }
                });
        schema.setProperties(ordered.isEmpty() ? null : ordered);
        schema.setRequired(required.isEmpty() ? null : required);
    }
}

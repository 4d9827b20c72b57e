package dev.directmsi.api.document;

import com.fasterxml.jackson.databind.JavaType;
import dev.directmsi.api.wire.RequiredComponents;
import io.swagger.v3.core.converter.AnnotatedType;
import io.swagger.v3.core.converter.ModelConverter;
import io.swagger.v3.core.converter.ModelConverterContext;
import io.swagger.v3.oas.models.media.Schema;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/// Describes our types: value types by reference, records with their components in order and with
/// what is required.
@Component
class RecordSchemas implements ModelConverter {

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
        Schema<?> schema = chain.next().resolve(type, context, chain);
        if (java.getRawClass().isRecord() && schema != null) {
            describe(java.getRawClass(), definition(schema, context));
        }
        return schema;
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
        Map<String, Schema> found = schema.getProperties();
        if (found == null) {
            return;
        }
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
        schema.setProperties(ordered);
        schema.setRequired(required.isEmpty() ? null : required);
    }
}

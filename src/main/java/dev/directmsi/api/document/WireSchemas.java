package dev.directmsi.api.document;

import com.fasterxml.jackson.databind.JavaType;
import dev.directmsi.api.http.ProblemParams;
import dev.directmsi.api.wire.Entries;
import dev.directmsi.api.wire.Flags;
import dev.directmsi.api.wire.Granule;
import dev.directmsi.api.wire.HostName;
import dev.directmsi.api.wire.Limit;
import dev.directmsi.api.wire.NameOrNumber;
import dev.directmsi.api.wire.U32;
import dev.directmsi.api.wire.U64;
import dev.directmsi.iommufd.ContextId;
import dev.directmsi.iommufd.object.ObjectId;
import io.swagger.v3.core.util.Json31;
import io.swagger.v3.oas.models.media.Schema;
import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/// The named schemas of the value types.
final class WireSchemas {

    private static final Map<Class<?>, Supplier<Schema<?>>> SCHEMAS = new LinkedHashMap<>();

    static {
        SCHEMAS.put(
                U64.class,
                () ->
                        string(U64.CANONICAL)
                                .description(
                                        "An unsigned 64-bit value: canonical lower-case hex. Requests may also have upper case, leading"
                                                + " zeros, a decimal string, or a JSON integer up to 2^53-1; a larger JSON number is refused, never"
                                                + " rounded.")
                                .example("0x8080000"));
        SCHEMAS.put(
                U32.class,
                () -> integer(U32.LIMIT).description("An unsigned 32-bit count, index or datum."));
        SCHEMAS.put(
                ObjectId.class,
                () ->
                        integer(U32.LIMIT)
                                .description(
                                        "The id of an object: per context, the lowest free from 1, all types in one space, reused after"
                                                + " destroy."));
        SCHEMAS.put(
                ContextId.class,
                () ->
                        integer(Long.MAX_VALUE)
                                .description(
                                        "The id of a context: from a sequence, never reused."));
        SCHEMAS.put(
                NameOrNumber.class,
                () ->
                        string(NameOrNumber.CANONICAL)
                                .description(
                                        "A value of a uAPI enumeration: its name, or its number in hex. Unknown numbers are answered as"
                                                + " the kernel answers them.")
                                .example("ARM_SMMUV3"));
        SCHEMAS.put(
                Flags.class,
                () ->
                        listOf(NameOrNumber.class)
                                .description(
                                        "uAPI flags: names, or bits in hex. A request may also have one hex number for all of them."));
        SCHEMAS.put(
                Granule.class,
                () ->
                        string("^(2K|4K|16K|64K)$")
                                .description(
                                        "A translation granule. A request may also have its bytes."));
        SCHEMAS.put(
                Entries.class,
                () ->
                        typed("array")
                                .items(listOf(U64.class))
                                .description(
                                        "Structures of 64-bit words. A request may also have {\"raw\": base64, \"entryLength\": bytes}."));
        SCHEMAS.put(
                HostName.class, () -> string(HostName.PATTERN).description("The name of a host."));
        SCHEMAS.put(Limit.class, WireSchemas::limit);
        SCHEMAS.put(
                ProblemParams.class,
                () ->
                        typed("object")
                                .additionalProperties(true)
                                .description(
                                        "The values that a rule saw, by name; 64-bit quantities are U64 strings."));
    }

    private WireSchemas() {}

    /// The schema of a value type with the name that refers to it.
    record Named(String name, Schema<?> schema) {

        Schema<?> reference() {
            return new Schema<Object>().$ref("#/components/schemas/" + name);
        }
    }

    /// All of them.
    static List<Named> all() {
        return SCHEMAS.keySet().stream().flatMap(type -> find(type).stream()).toList();
    }

    static Optional<Named> find(JavaType type) {
        return Optional.ofNullable(SCHEMAS.get(type.getRawClass()))
                .map(schema -> new Named(type.getRawClass().getSimpleName(), schema.get()));
    }

    static Optional<Named> find(Type type) {
        return find(javaType(type));
    }

    static JavaType javaType(Type type) {
        return Json31.mapper().constructType(type);
    }

    private static Schema<?> listOf(Class<?> value) {
        return typed("array")
                .items(new Named(value.getSimpleName(), new Schema<Object>()).reference());
    }

    private static Schema<?> limit() {
        Schema<?> schema = integer(Limit.MAXIMUM).minimum(BigDecimal.ONE);
        schema.setDefault(Limit.DEFAULT);
        return schema.description("How many items the answer has at most.");
    }

    private static Schema<?> string(String pattern) {
        return typed("string").pattern(pattern);
    }

    private static Schema<?> integer(long maximum) {
        return typed("integer")
                .format("int64")
                .minimum(BigDecimal.ZERO)
                .maximum(BigDecimal.valueOf(maximum));
    }

    private static Schema<?> typed(String type) {
        var schema = new Schema<Object>();
        schema.addType(type); // the keyword of OpenAPI 3.1, which may be several
        return schema;
    }
}

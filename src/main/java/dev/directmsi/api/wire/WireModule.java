package dev.directmsi.api.wire;

import dev.directmsi.iommufd.ContextId;
import dev.directmsi.iommufd.object.ObjectId;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.LongFunction;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.ValueDeserializer;
import tools.jackson.databind.ValueSerializer;
import tools.jackson.databind.exc.MismatchedInputException;
import tools.jackson.databind.module.SimpleModule;

/// The JSON form of the value types.
public final class WireModule extends SimpleModule {

    private static final long serialVersionUID = 1;

    public WireModule() {
        super("wire");
        text(U64.class, U64::parse, WireModule::exactly);
        text(
                NameOrNumber.class,
                NameOrNumber::new,
                number -> new NameOrNumber(exactly(number).toString()));
        text(Granule.class, Granule::parse, number -> Granule.parse(Long.toString(number)));
        number(U32.class, U32::of, U32::unsigned);
        number(
                ObjectId.class,
                number -> new ObjectId(U32.of(number).value()),
                id -> Integer.toUnsignedLong(id.value()));
        number(ContextId.class, ContextId::new, ContextId::value);
        addSerializer(
                Flags.class,
                new Writer<>((flags, generator) -> generator.writePOJO(flags.values())));
        addDeserializer(Flags.class, new FlagsReader());
        addDeserializer(Entries.class, new EntriesReader());
    }

    /// A JSON integer for a 64-bit value, as long as every reader keeps it.
    private static U64 exactly(long number) {
        if (number < 0 || number > U64.EXACT_NUMBER_LIMIT) {
            throw new IllegalArgumentException(
                    "a JSON number for a 64-bit value is between 0 and 2^53-1; write "
                            + number
                            + " as a string");
        }
        return new U64(number);
    }

    private <T> void text(Class<T> type, Function<String, T> ofText, LongFunction<T> ofNumber) {
        addSerializer(
                type, new Writer<>((value, generator) -> generator.writeString(value.toString())));
        addDeserializer(type, new Reader<>(type, ofText, ofNumber));
    }

    private <T> void number(Class<T> type, LongFunction<T> ofNumber, ToLongFunction<T> toNumber) {
        addSerializer(
                type,
                new Writer<>(
                        (value, generator) -> generator.writeNumber(toNumber.applyAsLong(value))));
        addDeserializer(type, new Reader<>(type, null, ofNumber));
    }

    private static final class Writer<T> extends ValueSerializer<T> {
        private final BiConsumer<T, JsonGenerator> write;

        Writer(BiConsumer<T, JsonGenerator> write) {
            this.write = write;
        }

        @Override
        public void serialize(T value, JsonGenerator generator, SerializationContext context) {
            write.accept(value, generator);
        }
    }

    /// Reads an integer, and a string where the type has a text form; nothing else.
    private static final class Reader<T> extends ValueDeserializer<T> {
        private final Class<T> type;
        private final @Nullable Function<String, T> ofText;
        private final LongFunction<T> ofNumber;

        Reader(Class<T> type, @Nullable Function<String, T> ofText, LongFunction<T> ofNumber) {
            this.type = type;
            this.ofText = ofText;
            this.ofNumber = ofNumber;
        }

        @Override
        public T deserialize(JsonParser parser, DeserializationContext context) {
            try {
                if (parser.currentToken() == JsonToken.VALUE_STRING && ofText != null) {
                    return ofText.apply(parser.getString());
                }
                if (parser.currentToken() == JsonToken.VALUE_NUMBER_INT) {
                    return ofNumber.apply(integer(parser));
                }
            } catch (IllegalArgumentException e) {
                throw MismatchedInputException.from(parser, type, String.valueOf(e.getMessage()));
            }
            throw MismatchedInputException.from(
                    parser,
                    type,
                    ofText == null ? "an integer is needed" : "a string or an integer is needed");
        }

        private static long integer(JsonParser parser) {
            if (parser.getNumberType() == JsonParser.NumberType.BIG_INTEGER) {
                throw new IllegalArgumentException(
                        "a JSON number is not larger than 2^53-1; write it as a string");
            }
            return parser.getLongValue();
        }
    }
}

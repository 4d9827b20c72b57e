package dev.directmsi.api.wire;

import java.util.List;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.ValueDeserializer;

/// Reads [Flags].
final class FlagsReader extends ValueDeserializer<Flags> {

    @Override
    public Flags deserialize(JsonParser parser, DeserializationContext context) {
        if (parser.currentToken() == JsonToken.START_ARRAY) {
            return new Flags(
                    Elements.read(parser, () -> context.readValue(parser, NameOrNumber.class)));
        }
        return new Flags(List.of(context.readValue(parser, NameOrNumber.class)));
    }
}

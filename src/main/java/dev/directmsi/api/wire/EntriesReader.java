package dev.directmsi.api.wire;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.ValueDeserializer;
import tools.jackson.databind.exc.MismatchedInputException;

/// Reads [Entries].
final class EntriesReader extends ValueDeserializer<Entries> {

    /// Bytes of an entry where a raw list does not say: a command of the SMMUv3.
    private static final int DEFAULT_LENGTH = 16;

    /// The raw form.
    @SuppressWarnings("ArrayRecordComponent") // read at once, never compared
    record Raw(byte[] raw, @Nullable U32 entryLength) {}

    @Override
    public Entries deserialize(JsonParser parser, DeserializationContext context) {
        if (parser.currentToken() == JsonToken.START_ARRAY) {
            return ofWords(
                    parser,
                    Elements.read(
                            parser,
                            () ->
                                    Elements.read(
                                            parser, () -> context.readValue(parser, U64.class))));
        }
        Raw raw = context.readValue(parser, Raw.class);
        long length = raw.entryLength == null ? DEFAULT_LENGTH : raw.entryLength.unsigned();
        if (length == 0 || raw.raw.length % length != 0) {
            throw MismatchedInputException.from(
                    parser, Entries.class, raw.raw.length + " bytes are no entries of " + length);
        }
        return new Entries(raw.raw, raw.raw.length / length, length);
    }

    private static Entries ofWords(JsonParser parser, List<List<U64>> entries) {
        int words = entries.isEmpty() ? DEFAULT_LENGTH / Long.BYTES : entries.getFirst().size();
        ByteBuffer bytes =
                ByteBuffer.allocate(entries.size() * words * Long.BYTES)
                        .order(ByteOrder.LITTLE_ENDIAN);
        for (List<U64> entry : entries) {
            if (entry.size() != words || words == 0) {
                throw MismatchedInputException.from(
                        parser,
                        Entries.class,
                        "every entry has the same number of words, at least one");
            }
            entry.forEach(word -> bytes.putLong(word.value()));
        }
        return new Entries(bytes.array(), entries.size(), (long) words * Long.BYTES);
    }
}

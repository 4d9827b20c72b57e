package dev.directmsi.api.wire;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.exc.MismatchedInputException;

/// Reads an array element by element. Jackson 3.1 cannot read one as a whole inside a deserializer
/// while nulls in lists are refused: it looks for the type of a property where there is none.
final class Elements {

    private Elements() {}

    /// The elements; none is null.
    ///
    /// @param parser at the start of the array
    static <T> List<T> read(JsonParser parser, Supplier<T> element) {
        if (parser.currentToken() != JsonToken.START_ARRAY) {
            throw MismatchedInputException.from(parser, List.class, "a list is needed");
        }
        var elements = new ArrayList<T>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            if (parser.currentToken() == JsonToken.VALUE_NULL) {
                throw MismatchedInputException.from(parser, List.class, "a list has no nulls");
            }
            elements.add(element.get());
        }
        return elements;
    }
}

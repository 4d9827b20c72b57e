package dev.directmsi.api.document;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;

/// What the Javadoc of a record says, kept as a resource by the compiler (`pom.xml`: therapi
/// scribe), so that a reader of the API document and a reader of the code read the same sentence.
///
/// @param text the description; empty where there is none
/// @param params of the components that are described
record Javadoc(String text, Map<String, String> params) {

    private static final JsonMapper JSON = JsonMapper.shared();
    private static final String PARAM = "@param ";

    static Javadoc of(Class<?> type) {
        String name = type.getName().substring(type.getPackageName().length() + 1);
        try (InputStream stream = type.getResourceAsStream(name + "__Javadoc.json")) {
            return stream == null
                    ? new Javadoc("", Map.of())
                    : parse(JSON.readTree(stream).path("doc").asString(""));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Javadoc parse(String doc) {
        String[] parts = doc.split("\\R\\s*(?=@)", -1);
        var params = new LinkedHashMap<String, String>();
        for (String part : parts) {
            if (part.startsWith(PARAM)) {
                String[] words = oneLine(part).split(" ", 3);
                params.put(words[1], words.length == 3 ? words[2] : "");
            }
        }
        String text = parts[0].startsWith("@") ? "" : parts[0];
        return new Javadoc(oneLine(text.split("\\R\\s*\\R", -1)[0]), params);
    }

    private static String oneLine(String text) {
        return text.strip().replaceAll("\\s+", " ");
    }
}

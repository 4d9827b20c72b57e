package dev.directmsi.control.host;

import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.dataformat.yaml.YAMLFactory;
import tools.jackson.dataformat.yaml.YAMLMapper;
import tools.jackson.dataformat.yaml.YAMLParser;

import java.nio.charset.StandardCharsets;

/// Reads JSON or YAML text into a tree: an object, without duplicate keys or aliases, bounded in
/// size and depth.
final class DocumentText {

    /// Ours: a topology with every count at its limit fits.
    static final int MAX_BYTES = 1 << 20;

    /// A topology is five deep.
    private static final int MAX_DEPTH = 16;

    /// An unsigned 64-bit number has 20 digits.
    private static final int MAX_DIGITS = 32;

    private static final StreamReadConstraints LIMITS =
            StreamReadConstraints.builder()
                    .maxNestingDepth(MAX_DEPTH)
                    .maxNumberLength(MAX_DIGITS)
                    .maxDocumentLength(MAX_BYTES)
                    .build();

    private static final ObjectMapper JSON =
            JsonMapper.builder(JsonFactory.builder().streamReadConstraints(LIMITS).build())
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                    .build();

    private static final YAMLMapper YAML =
            YAMLMapper.builder(YAMLFactory.builder().streamReadConstraints(LIMITS).build())
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                    .build();

    private DocumentText() {}

    /// Text that begins with a brace is JSON, any other is YAML.
    ///
    /// @throws InvalidTopology with the line and column of what is wrong
    static ObjectNode read(String text) {
        if (text.length() > MAX_BYTES || text.getBytes(StandardCharsets.UTF_8).length > MAX_BYTES) {
            throw new InvalidTopology("", "the document is larger than 1 MiB");
        }
        try {
            boolean json = text.stripLeading().startsWith("{");
            if (!json) {
                refuseAliases(text);
            }
            if ((json ? JSON : YAML).readTree(text) instanceof ObjectNode object) {
                return object;
            }
        } catch (JacksonException problem) {
            TokenStreamLocation location = problem.getLocation();
            String place =
                    location == null || location.getLineNr() < 1
                            ? ""
                            : "line %d, column %d"
                                    .formatted(location.getLineNr(), location.getColumnNr());
            throw new InvalidTopology(place, reason(problem));
        }
        throw new InvalidTopology("", "the document is no object with properties");
    }

    static String write(ObjectNode document) {
        return JSON.writeValueAsString(document);
    }

    static ObjectNode object() {
        return JSON.createObjectNode();
    }

    /// Aliases can make a small text stand for a huge tree, and a topology needs none.
    private static void refuseAliases(String text) {
        try (JsonParser parser = YAML.createParser(text)) {
            while (parser.nextToken() != null) {
                if (parser instanceof YAMLParser yaml && yaml.isCurrentAlias()) {
                    TokenStreamLocation location = parser.currentTokenLocation();
                    throw new InvalidTopology(
                            "line %d, column %d"
                                    .formatted(location.getLineNr(), location.getColumnNr()),
                            "YAML aliases are not accepted");
                }
            }
        }
    }

    /// The parser's first line, without the names of its classes and options.
    private static String reason(JacksonException problem) {
        String line = problem.getOriginalMessage().lines().findFirst().orElse("");
        if (line.startsWith("Trailing token")) {
            return "more text after the document's end";
        }
        return "not well-formed: " + line.replaceAll("\\(`?[^)]*\\)|`", "").strip();
    }
}

package dev.directmsi.control.host;

import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.dataformat.yaml.YAMLFactory;
import tools.jackson.dataformat.yaml.YAMLMapper;
import tools.jackson.dataformat.yaml.YAMLParser;

/// Reads JSON or YAML text into a tree: an object, without duplicate keys or aliases, bounded in
/// size and depth.
final class DocumentText {

    /// Ours: a host of a thousand devices fits, with everything spelled out.
    static final int MAX_BYTES = 1 << 20;

    /// The canonical text spells everything out: a short document of many devices can exceed the
    /// limit of what is sent, by less than this.
    static final int MAX_CANONICAL_BYTES = 8 << 20;

    /// A topology is five deep.
    private static final int MAX_DEPTH = 16;

    /// An unsigned 64-bit number has 20 digits.
    private static final int MAX_DIGITS = 32;

    private static final StreamReadConstraints LIMITS =
            StreamReadConstraints.builder()
                    .maxNestingDepth(MAX_DEPTH)
                    .maxNumberLength(MAX_DIGITS)
                    .maxDocumentLength(MAX_CANONICAL_BYTES)
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

    private static final Pattern CHARACTER_CODE = Pattern.compile(" \\(code [^)]*\\)");

    private static final Pattern INTERNALS =
            Pattern.compile(
                    " \\((start marker|bound|Scalar)|[;:] (byte offset|enable)|\\[Source|\\+");

    private DocumentText() {}

    /// Text that begins with a brace is JSON, any other is YAML.
    ///
    /// @throws InvalidTopology with the line and column of what is wrong
    static ObjectNode read(String text) {
        return read(text, MAX_BYTES);
    }

    static ObjectNode read(String text, int mostBytes) {
        if (text.length() > mostBytes || text.getBytes(StandardCharsets.UTF_8).length > mostBytes) {
            throw new InvalidTopology(
                    "", "the document is larger than %d MiB".formatted(mostBytes >> 20));
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

    /// What the parser says, up to where it speaks of its classes, options and buffers.
    private static String reason(JacksonException problem) {
        if (problem instanceof StreamConstraintsException) {
            return "nested deeper than %d levels, or a number longer than %d digits"
                    .formatted(MAX_DEPTH, MAX_DIGITS);
        }
        String said =
                problem.getOriginalMessage()
                        .lines()
                        .takeWhile(line -> !line.startsWith(" "))
                        .collect(Collectors.joining(", "));
        if (said.startsWith("Trailing token")) {
            return "more text after the document's end";
        }
        String plain = CHARACTER_CODE.matcher(said).replaceAll("");
        return "not well-formed: " + INTERNALS.split(plain, 2)[0].strip();
    }
}

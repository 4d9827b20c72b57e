package dev.directmsi.api.document;

import dev.directmsi.api.http.Problem;
import dev.directmsi.api.http.Validation;
import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.oas.models.Operation;
import io.swagger.v3.oas.models.PathItem;
import io.swagger.v3.oas.models.examples.Example;
import io.swagger.v3.oas.models.media.Content;
import io.swagger.v3.oas.models.media.MediaType;
import io.swagger.v3.oas.models.media.Schema;
import io.swagger.v3.oas.models.parameters.Parameter;
import io.swagger.v3.oas.models.responses.ApiResponse;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springdoc.core.customizers.GlobalOpenApiCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.io.Resource;
import org.springframework.core.io.support.PathMatchingResourcePatternResolver;
import org.springframework.web.util.UriComponentsBuilder;
import org.springframework.web.util.UriUtils;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.dataformat.yaml.YAMLMapper;

/// Writes the titled steps of the stories into the operations that they call: what was sent and
/// what was answered, under one name.
@Configuration(proxyBeanMethods = false)
class Examples {

    private static final String STORIES = "classpath:dev/directmsi/api/document/examples/*.http";
    private static final Pattern VARIABLE = Pattern.compile("\\{([^}]+)}");
    private static final String DATA = "data:";
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final YAMLMapper YAML = new YAMLMapper();

    @Bean
    GlobalOpenApiCustomizer examplesOfStories() {
        return document ->
                stories().values().stream()
                        .flatMap(story -> story.steps().stream())
                        .filter(Story.Step::isExample)
                        .forEach(step -> Call.of(document, step).write());
    }

    /// All stories by the names of their files, in order.
    static Map<String, Story> stories() {
        var stories = new TreeMap<String, Story>();
        try {
            for (Resource file : new PathMatchingResourcePatternResolver().getResources(STORIES)) {
                stories.put(
                        Objects.requireNonNull(file.getFilename()),
                        Story.parse(file.getContentAsString(StandardCharsets.UTF_8)));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return stories;
    }

    /// A step and the operation that it calls.
    private record Call(
            OpenAPI document,
            Story.Step step,
            Operation operation,
            Map<String, String> pathVariables,
            Map<String, String> query) {

        static Call of(OpenAPI document, Story.Step step) {
            var target = UriComponentsBuilder.fromUriString(step.target()).build();
            String path = Objects.requireNonNull(target.getPath());
            var query = new LinkedHashMap<String, String>();
            target.getQueryParams()
                    .forEach((name, values) ->
                            query.put(
                                    name,
                                    UriUtils.decode(values.getFirst(), StandardCharsets.UTF_8)));
            String template = template(document, path);
            Operation operation =
                    Objects.requireNonNull(document.getPaths().get(template))
                            .readOperationsMap()
                            .get(PathItem.HttpMethod.valueOf(step.method()));
            if (operation == null) {
                throw new IllegalStateException(step + " calls no operation");
            }
            return new Call(document, step, operation, variables(template, path), query);
        }

        /// The path of the document that means the path of a request: of several the one with the
        /// fewest variables, as a path without variables means itself.
        private static String template(OpenAPI document, String path) {
            return document.getPaths().keySet().stream()
                    .filter(template -> matcher(template, path).matches())
                    .min(
                            Comparator.comparingLong(
                                    template -> VARIABLE.matcher(template).results().count()))
                    .orElseThrow(() -> new IllegalStateException(path + " is no path"));
        }

        private static Matcher matcher(String template, String path) {
            return Pattern.compile(VARIABLE.matcher(template).replaceAll("([^/]+)")).matcher(path);
        }

        private static Map<String, String> variables(String template, String path) {
            Matcher values = matcher(template, path);
            var variables = new LinkedHashMap<String, String>();
            if (values.matches()) {
                List<String> names =
                        VARIABLE.matcher(template).results().map(found -> found.group(1)).toList();
                for (int i = 0; i < names.size(); i++) {
                    variables.put(names.get(i), values.group(i + 1));
                }
            }
            return variables;
        }

        void write() {
            writeRequest();
            writeAnswer();
        }

        private void writeRequest() {
            for (Parameter parameter :
                    Objects.requireNonNullElse(operation.getParameters(), List.<Parameter>of())) {
                String given = given(parameter);
                if (given != null) {
                    parameter.addExample(
                            name(), new Example().value(typed(parameter.getSchema(), given)));
                }
            }
            String type = step.contentType();
            if (type != null) {
                add(operation.getRequestBody().getContent(), type, step.body());
            }
        }

        private @Nullable String given(Parameter parameter) {
            return switch (parameter.getIn()) {
                case "path" -> pathVariables.get(parameter.getName());
                case "query" -> query.get(parameter.getName());
                default -> step.headers().get(parameter.getName());
            };
        }

        private void writeAnswer() {
            ApiResponse response = operation.getResponses().get(Integer.toString(step.status()));
            boolean dryRun = "true".equals(query.get("validateOnly")) && step.status() == 200;
            if (response == null && dryRun) {
                response = operation.getResponses().get("2XX");
            }
            if (response == null || response.get$ref() != null) {
                throw new IllegalStateException(
                        step + " is answered " + step.status() + ", which is no rule's answer");
            }
            if (!step.answer().isEmpty()) {
                Content content = response.getContent();
                String type =
                        step.status() >= 400
                                ? Problem.MEDIA_TYPE
                                : dryRun
                                        ? Validation.MEDIA_TYPE
                                        : content.keySet().iterator().next();
                add(content, type, step.answer());
            }
        }

        private void add(Content content, String type, String text) {
            MediaType media = content.get(type);
            if (media == null) {
                throw new IllegalStateException(step + ": " + type + " is not in the document");
            }
            media.addExamples(name(), new Example().summary(step.title()).value(value(type, text)));
        }

        private static Object value(String type, String text) {
            if (type.contains("json") || type.contains("multipart")) {
                return JSON.readValue(text, Object.class);
            }
            if (type.contains("event-stream")) {
                // The schema is that of one event: shown is the first after that of subscribing.
                return JSON.readValue(
                        text.lines()
                                .filter(line -> line.startsWith(DATA))
                                .skip(1)
                                .findFirst()
                                .orElseThrow()
                                .substring(DATA.length()),
                        Object.class);
            }
            return type.contains("yaml") ? YAML.readValue(text, Object.class) : text;
        }

        /// The title as the name of a property.
        private String name() {
            return Arrays.stream(step.title().toLowerCase(Locale.ROOT).split("[^a-z0-9]+", -1))
                    .filter(word -> !word.isEmpty())
                    .reduce((a, b) -> a + "-" + b)
                    .orElseThrow();
        }

        private Object typed(Schema<?> schema, String text) {
            String reference = schema.get$ref();
            Schema<?> real =
                    reference == null
                            ? schema
                            : Objects.requireNonNull(
                                    document.getComponents()
                                            .getSchemas()
                                            .get(
                                                    reference.substring(
                                                            reference.lastIndexOf('/') + 1)));
            String type =
                    real.getType() != null
                            ? real.getType()
                            : Objects.requireNonNull(real.getTypes()).iterator().next();
            return switch (type) {
                case "integer" -> Long.valueOf(text);
                case "boolean" -> Boolean.valueOf(text);
                default -> text;
            };
        }
    }
}

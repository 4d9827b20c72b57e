package dev.directmsi.api.document;

import dev.directmsi.api.http.HttpReason;
import dev.directmsi.api.http.Mutations;
import dev.directmsi.api.http.Problem;
import dev.directmsi.api.http.ProblemType;
import dev.directmsi.iommufd.Reason;
import io.swagger.v3.oas.models.Components;
import io.swagger.v3.oas.models.Operation;
import io.swagger.v3.oas.models.media.Content;
import io.swagger.v3.oas.models.media.MediaType;
import io.swagger.v3.oas.models.media.Schema;
import io.swagger.v3.oas.models.responses.ApiResponse;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.springdoc.core.customizers.GlobalOpenApiCustomizer;
import org.springdoc.core.customizers.GlobalOperationCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.util.StringUtils;
import org.springframework.web.method.HandlerMethod;

/// Writes into every operation how it can be refused: each status with its codes.
///
/// The codes of the rules are found by a test in the code that an operation reaches, which keeps
/// `refusals.properties` beside this class up to date. What is refused around the rules is the same
/// for all operations, and stands here.
@Configuration(proxyBeanMethods = false)
class Refusals {

    private static final Properties BY_OPERATION = read();

    private final Map<String, ApiResponse> shared = new TreeMap<>();

    @Bean
    GlobalOperationCustomizer refusalsOfAnOperation() {
        return (operation, handler) -> {
            Set<String> rules = reached(Objects.requireNonNull(operation.getOperationId()));
            Set<String> around = around(operation, handler);
            byStatus(rules, around)
                    .forEach((status, types) ->
                            operation
                                    .getResponses()
                                    .addApiResponse(
                                            Integer.toString(status),
                                            types.stream()
                                                            .map(ProblemType::code)
                                                            .anyMatch(rules::contains)
                                                    ? response(types)
                                                    : reference(types)));
            return operation;
        };
    }

    @Bean
    GlobalOpenApiCustomizer sharedRefusals() {
        return document -> {
            Components components = document.getComponents();
            shared.forEach(components::addResponses);
        };
    }

    /// What is answered before a rule is asked, or after.
    private static Set<String> around(Operation operation, HandlerMethod handler) {
        var codes =
                new HashSet<>(
                        names(
                                Reason.MALFORMED_REQUEST,
                                Reason.UNKNOWN_PROPERTY,
                                HttpReason.UNAUTHENTICATED,
                                HttpReason.NOT_ACCEPTABLE,
                                HttpReason.BODY_TOO_LARGE,
                                HttpReason.URI_TOO_LONG,
                                HttpReason.HEADERS_TOO_LARGE,
                                HttpReason.INTERNAL_ERROR,
                                HttpReason.HTTP_UNSUPPORTED,
                                HttpReason.STORE_UNAVAILABLE));
        if (operation.getRequestBody() != null) {
            codes.add(HttpReason.MEDIA_TYPE_UNSUPPORTED.name());
        }
        if (Mutations.isMutation(handler.getMethod())) {
            codes.add(HttpReason.OUTCOME_UNKNOWN.name());
        }
        return codes;
    }

    private static List<String> names(Enum<?>... reasons) {
        return Arrays.stream(reasons).map(Enum::name).toList();
    }

    private static Set<String> reached(String operation) {
        String codes = BY_OPERATION.getProperty(operation, "");
        return codes.isEmpty() ? Set.of() : Set.of(codes.split(" ", -1));
    }

    /// In the order of the rules.
    private static Map<Integer, List<ProblemType>> byStatus(Set<String> rules, Set<String> around) {
        return ProblemType.all().stream()
                .filter(type -> rules.contains(type.code()) || around.contains(type.code()))
                .collect(
                        Collectors.groupingBy(
                                ProblemType::status, TreeMap::new, Collectors.toList()));
    }

    private static ApiResponse response(List<ProblemType> types) {
        var problem = new Schema<Object>().$ref("#/components/schemas/Problem");
        return new ApiResponse()
                .description(
                        types.stream().map(ProblemType::code).collect(Collectors.joining(", ")))
                .content(
                        new Content()
                                .addMediaType(Problem.MEDIA_TYPE, new MediaType().schema(problem)));
    }

    /// What no rule answers is said once, and referred to.
    private ApiResponse reference(List<ProblemType> types) {
        String name =
                Arrays.stream(types.getLast().code().split("_", -1))
                        .map(word -> StringUtils.capitalize(word.toLowerCase(Locale.ROOT)))
                        .collect(Collectors.joining());
        shared.put(name, response(types));
        return new ApiResponse().$ref(name);
    }

    private static Properties read() {
        var properties = new Properties();
        try (InputStream stream =
                Objects.requireNonNull(Refusals.class.getResourceAsStream("refusals.properties"))) {
            properties.load(stream);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return properties;
    }
}

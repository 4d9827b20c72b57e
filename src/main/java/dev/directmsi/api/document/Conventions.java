package dev.directmsi.api.document;

import static org.springframework.http.MediaType.APPLICATION_OCTET_STREAM_VALUE;
import static org.springframework.http.MediaType.TEXT_EVENT_STREAM_VALUE;

import dev.directmsi.api.http.Mutations;
import dev.directmsi.api.http.Problem;
import dev.directmsi.api.http.Proposal;
import dev.directmsi.api.http.Validation;
import dev.directmsi.api.wire.HostName;
import dev.directmsi.iommufd.ContextId;
import io.swagger.v3.core.converter.AnnotatedType;
import io.swagger.v3.core.converter.ModelConverters;
import io.swagger.v3.oas.models.Components;
import io.swagger.v3.oas.models.Operation;
import io.swagger.v3.oas.models.headers.Header;
import io.swagger.v3.oas.models.media.BooleanSchema;
import io.swagger.v3.oas.models.media.Content;
import io.swagger.v3.oas.models.media.MediaType;
import io.swagger.v3.oas.models.media.Schema;
import io.swagger.v3.oas.models.media.StringSchema;
import io.swagger.v3.oas.models.parameters.Parameter;
import io.swagger.v3.oas.models.responses.ApiResponse;
import io.swagger.v3.oas.models.responses.ApiResponses;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.springdoc.core.customizers.GlobalOpenApiCustomizer;
import org.springdoc.core.customizers.GlobalOperationCustomizer;
import org.springdoc.core.customizers.ParameterCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.method.HandlerMethod;

/// Writes into every operation what all operations have in common.
@Configuration(proxyBeanMethods = false)
class Conventions {

    /// What has an entity tag, by the type of its name in a path.
    private static final Set<Class<?>> TAGGED = Set.of(ContextId.class, HostName.class);

    @Bean
    GlobalOperationCustomizer commonToAll() {
        return (operation, handler) -> {
            ApiResponses responses = operation.getResponses();
            if (Mutations.isMutation(handler.getMethod())) {
                guard(operation);
                dryRun(responses);
            } else {
                readable(operation, handler);
            }
            rawBytes(operation);
            if (handler.getMethod().isAnnotationPresent(Proposal.class)) {
                operation.addExtension("x-proposal", true);
            }
            return operation;
        };
    }

    /// In a path or query, too, a value type is one named schema; springdoc would see a string
    /// there.
    @Bean
    ParameterCustomizer valueTypes() {
        return (parameter, method) -> {
            if (parameter != null) {
                WireSchemas.find(method.getGenericParameterType())
                        .ifPresent(named -> parameter.setSchema(named.reference()));
            }
            return parameter;
        };
    }

    @Bean
    GlobalOpenApiCustomizer schemasOfAll() {
        return document -> {
            Components components = document.getComponents();
            WireSchemas.all().forEach(named -> components.addSchemas(named.name(), named.schema()));
            define(components, Problem.class);
            define(components, Validation.class);
        };
    }

    private static void define(Components components, Class<?> type) {
        ModelConverters.getInstance(true)
                .resolveAsResolvedSchema(new AnnotatedType(type))
                .referencedSchemas
                .forEach(components::addSchemas);
    }

    private static void guard(Operation operation) {
        operation.addParametersItem(
                header("If-Match", "The ETag that the state must still have, in quotes, or *."));
        operation.addParametersItem(
                header(
                        "Idempotency-Key",
                        "1 to 200 visible ASCII characters; the same request under it is done once."));
        operation.addParametersItem(
                new Parameter()
                        .in("query")
                        .name(Mutations.VALIDATE_ONLY)
                        .description("Decide, commit nothing.")
                        .schema(new BooleanSchema()._default(false)));
    }

    /// Beside the real answer where that has the same status. Else under its own status where the
    /// real answer is empty, and under the range where it is not: generated clients take the lowest
    /// status for the type of what a method returns.
    private static void dryRun(ApiResponses responses) {
        ApiResponse ok = responses.get("200");
        if (ok == null) {
            responses.addApiResponse(
                    responses.containsKey("204") ? "200" : "2XX",
                    new ApiResponse()
                            .description(
                                    "What would happen: the answer to validateOnly=true, with status 200.")
                            .content(content(Validation.MEDIA_TYPE, "Validation")));
        } else {
            Content content = ok.getContent() == null ? new Content() : ok.getContent();
            content.putAll(content(Validation.MEDIA_TYPE, "Validation"));
            ok.setContent(content);
        }
    }

    /// Content of memory goes as it is; springdoc would have it in base64, and so would every
    /// client.
    private static void rawBytes(Operation operation) {
        ApiResponse ok = operation.getResponses().get("200");
        Stream.of(
                        operation.getRequestBody() == null
                                ? null
                                : operation.getRequestBody().getContent(),
                        ok == null ? null : ok.getContent())
                .filter(Objects::nonNull)
                .map(content -> content.get(APPLICATION_OCTET_STREAM_VALUE))
                .filter(Objects::nonNull)
                .forEach(raw -> raw.setSchema(new StringSchema().format("binary")));
    }

    /// What is below a context or host has an entity tag.
    private static void readable(Operation operation, HandlerMethod handler) {
        boolean tagged =
                Arrays.stream(handler.getMethodParameters())
                        .anyMatch(parameter ->
                                parameter.hasParameterAnnotation(PathVariable.class)
                                        && TAGGED.contains(parameter.getParameterType()));
        ApiResponse ok = operation.getResponses().get("200");
        if (tagged && ok != null && !isStream(ok)) {
            operation.addParametersItem(
                    header("If-None-Match", "The ETag that the client has; 304 if it is current."));
            ok.setHeaders(
                    Map.of(
                            "ETag",
                            new Header()
                                    .description("The revision, in quotes.")
                                    .schema(new StringSchema())));
            operation
                    .getResponses()
                    .addApiResponse(
                            "304", new ApiResponse().description("The client has this revision."));
        }
    }

    /// What goes on for ever has no state to be tagged.
    private static boolean isStream(ApiResponse response) {
        return response.getContent() != null
                && response.getContent().containsKey(TEXT_EVENT_STREAM_VALUE);
    }

    private static Parameter header(String name, String description) {
        return new Parameter()
                .in("header")
                .name(name)
                .description(description)
                .schema(new StringSchema());
    }

    private static Content content(String mediaType, String schema) {
        return new Content()
                .addMediaType(
                        mediaType,
                        new MediaType()
                                .schema(
                                        new Schema<Object>()
                                                .$ref("#/components/schemas/" + schema)));
    }
}

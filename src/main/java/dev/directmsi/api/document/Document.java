package dev.directmsi.api.document;

import io.swagger.v3.oas.models.Components;
import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.oas.models.Operation;
import io.swagger.v3.oas.models.Paths;
import io.swagger.v3.oas.models.info.Contact;
import io.swagger.v3.oas.models.info.Info;
import io.swagger.v3.oas.models.media.MediaType;
import io.swagger.v3.oas.models.media.Schema;
import io.swagger.v3.oas.models.security.SecurityRequirement;
import io.swagger.v3.oas.models.security.SecurityScheme;
import io.swagger.v3.oas.models.servers.Server;
import io.swagger.v3.oas.models.tags.Tag;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;
import org.springdoc.core.customizers.GlobalOpenApiCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.util.StringUtils;

/// The parts of the document that belong to no operation, and its order.
@Configuration(proxyBeanMethods = false)
class Document {

    private static final String DESCRIPTION =
            """
            Linux iommufd over SMMUv3 and GICv3 ITS, modelled: one operation per ioctl for everything that changes state, \
            a GET for everything that can be read, and the proposal of direct MSI targets, which no released kernel has.

            - A 64-bit value is a string in hex (schema U64). Ranges are inclusive on both ends.
            - Enumerations and flags are names, or numbers in hex. Requests with unknown properties or query parameters are \
            refused; null is the same as leaving a property out; no answer contains one.
            - `validateOnly=true` on any mutation commits nothing and answers what would happen (schema Validation).
            - `ETag` is the revision of the context, or the hash of the host's topology. `If-Match` guards any mutation.
            - `Idempotency-Key` on any mutation makes it safe to repeat: the same request gets the same answer for 24 hours.
            - Every refusal is a problem (RFC 9457) with the kernel's errno; `GET /problems/{slug}` explains it.
            - Operations marked `x-proposal` mirror nothing that Linux has.
            """;

    private static final String MULTIPART =
            org.springframework.http.MediaType.MULTIPART_FORM_DATA_VALUE;

    @Bean
    OpenAPI openApi() {
        return new OpenAPI()
                .info(
                        new Info()
                                .title("direct-msi")
                                .version("0.1.0")
                                .contact(new Contact().name("the maintainers of direct-msi"))
                                .description(DESCRIPTION.strip()))
                .servers(List.of(new Server().url("/").description("where the document was read")))
                .components(
                        new Components()
                                .addSecuritySchemes(
                                        "token",
                                        new SecurityScheme()
                                                .type(SecurityScheme.Type.HTTP)
                                                .scheme("bearer")
                                                .description(
                                                        "Needed where the service was started with one.")))
                .security(
                        List.of(
                                new SecurityRequirement().addList("token"),
                                new SecurityRequirement()));
    }

    /// The parts of a multipart body are a schema with a name, too.
    @Bean
    GlobalOpenApiCustomizer namedForms() {
        return document ->
                document.getPaths().values().stream()
                        .flatMap(path -> path.readOperations().stream())
                        .filter(operation -> operation.getRequestBody() != null)
                        .forEach(operation -> nameForm(document.getComponents(), operation));
    }

    private static void nameForm(Components components, Operation operation) {
        MediaType form = operation.getRequestBody().getContent().get(MULTIPART);
        if (form != null) {
            String name = StringUtils.capitalize(operation.getOperationId()) + "Form";
            Schema<?> parts = form.getSchema();
            components.addSchemas(
                    name,
                    parts.description(
                            "The parts of the body of " + operation.getOperationId() + "."));
            form.setSchema(new Schema<Object>().$ref(name));
        }
    }

    /// Reflection gives methods in no order that one could rely on.
    @Bean
    @Order(Ordered.LOWEST_PRECEDENCE)
    GlobalOpenApiCustomizer inOrder() {
        return document -> {
            var paths = new Paths();
            new TreeMap<>(document.getPaths()).forEach(paths::addPathItem);
            document.setPaths(paths);
            document.setTags(
                    document.getTags().stream()
                            .sorted(Comparator.comparing(Tag::getName))
                            .toList());
            document.getComponents()
                    .setSchemas(new TreeMap<>(document.getComponents().getSchemas()));
        };
    }
}

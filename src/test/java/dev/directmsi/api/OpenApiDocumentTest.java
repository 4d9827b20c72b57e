package dev.directmsi.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.directmsi.api.document.StoryTest;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// The committed document is what the code says.
class OpenApiDocumentTest {

    static final String COMMAND = "./mvnw test -Dtest=OpenApiDocumentTest -Dopenapi.write=true";

    private static final boolean WRITE = Boolean.getBoolean("openapi.write");

    @BeforeAll
    static void writeWhatTheCodeReads() {
        if (WRITE) {
            RefusalsTest.write();
            StoryTest.write();
        }
    }

    @Test
    void documentIsWhatTheCodeSays() throws Exception {
        String generated = generated();
        if (WRITE) {
            Files.writeString(Contract.DOCUMENT, generated);
        }

        assertThat(Files.readString(Contract.DOCUMENT))
                .as(
                        "openapi/iommufd.yaml is not what the code says; if the change is wanted: "
                                + COMMAND)
                .isEqualTo(generated);
    }

    private static String generated() throws IOException, InterruptedException {
        URI uri = RunningService.base().resolve("/v3/api-docs.yaml");
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpResponse<String> response =
                    client.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString());
            assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
            return response.body();
        }
    }
}

package dev.directmsi.api.document;

import static org.assertj.core.api.Assertions.assertThat;

import dev.directmsi.api.Resource;
import dev.directmsi.api.RunningService;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Map.Entry;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.springframework.context.ConfigurableApplicationContext;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Every example of the document, told to a fresh service: each request is sent, and the answer is
/// the documented one to the last byte.
public class StoryTest {

    private static final String DIRECTORY = "dev/directmsi/api/document/examples/";
    private static final Path FIRMWARE = Path.of("src/test/resources/acpi");
    private static final String BOUNDARY = "part-of-a-form";

    @Test
    void answersAreThoseOfTheExamples() throws IOException {
        for (Entry<String, Story> told : told().entrySet()) {
            String file = Files.readString(Resource.source(DIRECTORY + told.getKey()));
            assertThat(told.getValue().render()).as(told.getKey()).isEqualTo(file);
        }
    }

    /// Writes down what the service answers now.
    public static void write() {
        told().forEach((name, story) -> Resource.write(DIRECTORY + name, story.render()));
    }

    /// The stories as the service answers them, one after another on the same one.
    private static Map<String, Story> told() {
        try (ConfigurableApplicationContext service = RunningService.run();
                HttpClient client = HttpClient.newHttpClient()) {
            URI base = RunningService.baseOf(service);
            return Examples.stories().entrySet().stream()
                    .collect(
                            Collectors.toMap(
                                    Entry::getKey,
                                    story -> told(story.getValue(), client, base),
                                    (first, _) -> first,
                                    TreeMap::new));
        }
    }

    private static Story told(Story story, HttpClient client, URI base) {
        return new Story(
                story.parts().stream()
                        .<Story.Part>map(part ->
                                switch (part) {
                                    case Story.Remark remark -> remark;
                                    case Story.Step step -> told(step, client, base);
                                })
                        .toList());
    }

    private static Story.Step told(Story.Step step, HttpClient client, URI base) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(base.resolve(step.target()))
                        .timeout(Duration.ofMinutes(1))
                        .method(step.method(), body(step));
        step.headers().forEach(request::header);
        String type = step.contentType();
        if (type != null) {
            request.setHeader(
                    "Content-Type",
                    type.startsWith("multipart") ? type + ";boundary=" + BOUNDARY : type);
        }
        try {
            HttpResponse<String> response = client.send(request.build(), BodyHandlers.ofString());
            return step.answered(response.statusCode(), response.body());
        } catch (IOException e) {
            throw new UncheckedIOException(step.toString(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static BodyPublisher body(Story.Step step) {
        String type = step.contentType();
        return type == null
                ? BodyPublishers.noBody()
                : type.startsWith("multipart")
                        ? form(JsonMapper.shared().readTree(step.body()))
                        : BodyPublishers.ofString(step.body());
    }

    /// As curl has it: a value with `@` is the content of that file.
    private static BodyPublisher form(JsonNode parts) {
        var form = new ByteArrayOutputStream();
        for (Entry<String, JsonNode> part : parts.properties()) {
            String value = part.getValue().asString();
            boolean file = value.startsWith("@");
            form.writeBytes(
                    """
                    --%s\r
                    Content-Disposition: form-data; name="%s"%s\r
                    \r
                    """
                            .formatted(
                                    BOUNDARY,
                                    part.getKey(),
                                    file ? "; filename=\"" + value.substring(1) + '"' : "")
                            .getBytes(StandardCharsets.UTF_8));
            form.writeBytes(
                    file
                            ? read(FIRMWARE.resolve(value.substring(1)))
                            : value.getBytes(StandardCharsets.UTF_8));
            form.writeBytes("\r\n".getBytes(StandardCharsets.UTF_8));
        }
        form.writeBytes(("--" + BOUNDARY + "--\r\n").getBytes(StandardCharsets.UTF_8));
        return BodyPublishers.ofByteArray(form.toByteArray());
    }

    private static byte[] read(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

package dev.directmsi;

import static org.assertj.core.api.Assertions.assertThat;

import dev.directmsi.api.Http;
import dev.directmsi.api.RunningService;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// The README tells the truth: its curl story gives the same answers on a fresh database, and its
/// drawing is the one that the architecture test executes.
final class ReadmeTest {

    private static final Path README = Path.of("README.md");
    private static final Pattern CONSOLE = Pattern.compile("```console\n(.*?)```", Pattern.DOTALL);
    private static final Pattern DRAWING =
            Pattern.compile("```plantuml\n(.*?)\n```", Pattern.DOTALL);
    private static final Pattern CURL =
            Pattern.compile("curl -s (?:-X (\\w+) )?(\\S+)(?: --json '(.*)')?");

    /// A command of the story and what it printed; an ellipsis at the end stands for the rest.
    private record Exchange(String command, String output) {}

    @Test
    void curlStoryGivesTheSameAnswers() throws IOException {
        List<Exchange> story = story(Files.readString(README));
        assertThat(story).hasSizeGreaterThan(12);
        try (var service = RunningService.run()) {
            Http http = RunningService.httpOf(service);
            Map<String, String> variables = new HashMap<>();
            for (Exchange exchange : story) {
                tell(http, variables, exchange);
            }
        }
    }

    private static List<Exchange> story(String readme) {
        var story = new ArrayList<Exchange>();
        Matcher blocks = CONSOLE.matcher(readme);
        while (blocks.find()) {
            for (String part : blocks.group(1).split("(?m)^\\$ ", -1)) {
                int end = part.indexOf('\n');
                if (end > 0) {
                    story.add(
                            new Exchange(part.substring(0, end), part.substring(end + 1).strip()));
                }
            }
        }
        return story;
    }

    private static void tell(Http http, Map<String, String> variables, Exchange exchange) {
        int assigned = exchange.command.indexOf('=');
        if (exchange.command.matches("[A-Z]+=.*")) {
            variables.put(
                    exchange.command.substring(0, assigned),
                    exchange.command.substring(assigned + 1));
            return;
        }
        Matcher curl = CURL.matcher(exchange.command);
        assertThat(curl.matches()).as(exchange.command).isTrue();
        String url = curl.group(2);
        for (var variable : variables.entrySet()) {
            url = url.replace("$" + variable.getKey(), variable.getValue());
        }
        String path = url.replaceFirst("^localhost:8080", "");
        String body = curl.group(3);
        String answer =
                body == null
                        ? http.get(path).text()
                        : "PUT".equals(curl.group(1))
                                ? http.put(path, body).text()
                                : http.post(path, body).text();
        if (exchange.output.endsWith("…")) {
            String beginning = exchange.output.substring(0, exchange.output.length() - 1);
            assertThat(answer).as(exchange.command).startsWith(beginning);
        } else {
            assertThat(answer).as(exchange.command).isEqualTo(exchange.output);
        }
    }

    @Test
    void drawingIsTheOneThatIsExecuted() throws IOException {
        Matcher drawing = DRAWING.matcher(Files.readString(README));

        assertThat(drawing.find()).isTrue();
        assertThat(drawing.group(1).strip())
                .isEqualTo(
                        Files.readString(Path.of("src/test/resources/architecture.puml")).strip());
    }
}

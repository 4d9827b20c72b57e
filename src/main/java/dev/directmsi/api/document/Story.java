package dev.directmsi.api.document;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// A session with the service, written down: requests and their answers, in order. The examples of
/// the API document are taken from stories, and a test tells every story to a running service.
///
/// The form is plain text. A line with `###` begins a step; what follows on it is the title under
/// which the step becomes an example, and a step without a title only prepares the next. Then comes
/// the request line, its headers, its body; an empty line; the status and the body of the answer.
/// Lines with `#` are for readers.
///
/// @param parts of the file in order: remarks and steps
record Story(List<Part> parts) {

    private static final String STEP = "###";
    private static final String REMARK = "#";
    private static final Pattern HEADER = Pattern.compile("([A-Z][A-Za-z-]+): (.+)");

    Story {
        parts = List.copyOf(parts);
    }

    /// A part of a story.
    sealed interface Part {}

    /// Lines for readers.
    record Remark(String text) implements Part {}

    /// A request with its answer.
    ///
    /// @param title of the example; empty if it is none
    /// @param target path and query
    /// @param body empty if there is none
    record Step(
            String title,
            String method,
            String target,
            Map<String, String> headers,
            String body,
            int status,
            String answer)
            implements Part {

        Step {
            headers = Map.copyOf(headers);
        }

        /// The same with what the service answers.
        Step answered(int status, String answer) {
            return new Step(title, method, target, headers, body, status, answer);
        }

        boolean isExample() {
            return !title.isEmpty();
        }

        /// The format of the body; none without a body.
        @Nullable String contentType() {
            return body.isEmpty() ? null : headers.getOrDefault("Content-Type", "application/json");
        }

        @Override
        public String toString() {
            return method + " " + target + (title.isEmpty() ? "" : " (" + title + ")");
        }
    }

    List<Step> steps() {
        return parts.stream().filter(Step.class::isInstance).map(Step.class::cast).toList();
    }

    static Story parse(String text) {
        var parts = new ArrayList<Part>();
        var block = new ArrayList<String>();
        for (String line : (text + "\n" + REMARK).lines().toList()) {
            if (line.startsWith(REMARK)) {
                add(block, parts);
                block = new ArrayList<>();
                if (!line.startsWith(STEP)) {
                    parts.add(new Remark(line));
                    continue;
                }
            }
            block.add(line);
        }
        parts.removeLast(); // the mark that ended the last block
        return new Story(parts);
    }

    private static void add(List<String> block, List<Part> parts) {
        if (!block.isEmpty() && block.getFirst().startsWith(STEP)) {
            parts.add(step(block));
        }
    }

    private static Step step(List<String> lines) {
        String[] request = lines.get(1).split(" ", 2);
        int gap = lines.subList(0, lines.size()).indexOf("");
        int end = gap < 0 ? lines.size() : gap;
        var headers = new LinkedHashMap<String, String>();
        int at = 2;
        for (; at < end && HEADER.matcher(lines.get(at)).matches(); at++) {
            String[] header = lines.get(at).split(": ", 2);
            headers.put(header[0], header[1]);
        }
        List<String> answer = lines.subList(Math.min(lines.size(), end + 1), lines.size());
        return new Step(
                lines.getFirst().substring(STEP.length()).strip(),
                request[0],
                request[1],
                headers,
                String.join("\n", lines.subList(at, end)),
                answer.isEmpty() || answer.getFirst().isBlank()
                        ? 0
                        : Integer.parseInt(answer.getFirst()),
                answer.isEmpty()
                        ? ""
                        : String.join("\n", answer.subList(1, answer.size())).strip());
    }

    /// As it is kept in a file.
    String render() {
        var text = new StringBuilder();
        for (Part part : parts) {
            switch (part) {
                case Remark(String line) -> text.append(line).append('\n');
                case Step step -> render(step, text);
            }
        }
        return text.toString();
    }

    private static void render(Step step, StringBuilder text) {
        text.append((STEP + " " + step.title()).strip()).append('\n');
        text.append(step.method()).append(' ').append(step.target()).append('\n');
        step.headers().entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .forEach(header ->
                        text.append(header.getKey())
                                .append(": ")
                                .append(header.getValue())
                                .append('\n'));
        if (!step.body().isEmpty()) {
            text.append(step.body()).append('\n');
        }
        text.append('\n').append(step.status()).append('\n');
        if (!step.answer().isEmpty()) {
            text.append(step.answer()).append('\n');
        }
        text.append('\n');
    }
}

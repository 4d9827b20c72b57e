package dev.directmsi.api.http;

import dev.directmsi.iommufd.Reason;
import dev.directmsi.iommufd.Rejection;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.springframework.http.converter.HttpMessageNotReadableException;
import tools.jackson.core.JacksonException;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.databind.DatabindException;
import tools.jackson.databind.exc.UnrecognizedPropertyException;

/// Says what is wrong with a JSON body, and where: in the client's words, without ours.
final class UnreadableBody {

    /// Where Jackson says which class of its own it reads from.
    private static final Pattern START_MARKER =
            Pattern.compile(" \\((?:start marker|for \\w+ starting) at .*");

    private UnreadableBody() {}

    static Rejection refusalOf(HttpMessageNotReadableException e) {
        return switch (e.getCause()) {
            case UnrecognizedPropertyException unknown ->
                    Reason.UNKNOWN_PROPERTY
                            .refusal("problem", pointer(unknown.getPath()) + " is not known")
                            .with("pointer", pointer(unknown.getPath()))
                            .with(
                                    "known",
                                    List.copyOf(
                                            Objects.requireNonNullElse(
                                                    unknown.getKnownPropertyIds(), List.of())));
            case StreamConstraintsException limit ->
                    Reason.MALFORMED_REQUEST.refusal("problem", limit.getOriginalMessage());
            case DatabindException mismatch ->
                    Reason.MALFORMED_REQUEST
                            .refusal(
                                    "problem",
                                    place(mismatch.getPath()) + ": " + sentence(mismatch))
                            .with("pointer", pointer(mismatch.getPath()));
            case JacksonException syntax ->
                    Reason.MALFORMED_REQUEST.refusal(
                            "problem",
                            "line %d, column %d: %s"
                                    .formatted(
                                            syntax.getLocation().getLineNr(),
                                            syntax.getLocation().getColumnNr(),
                                            START_MARKER
                                                    .matcher(syntax.getOriginalMessage())
                                                    .replaceFirst("")));
            case null, default -> Reason.MALFORMED_REQUEST.refusal("problem", "a body is needed");
        };
    }

    /// A value type refuses with an IllegalArgumentException; whatever else comes out of one is
    /// ours.
    static boolean isBug(HttpMessageNotReadableException e) {
        Throwable mismatch = e.getCause();
        Throwable cause = mismatch instanceof DatabindException ? mismatch.getCause() : null;
        return cause instanceof RuntimeException
                && !(cause instanceof JacksonException
                        || cause instanceof IllegalArgumentException);
    }

    /// Jackson's own sentences name our classes; ours do not.
    private static String sentence(DatabindException mismatch) {
        String message = String.valueOf(mismatch.getOriginalMessage());
        if (message.startsWith("Missing required creator property")
                || message.startsWith("Invalid `null` value")) {
            return "the value is missing";
        }
        return message.contains("dev.directmsi") || message.contains("java.")
                ? "the value has a wrong type"
                : message;
    }

    private static String place(List<JacksonException.Reference> path) {
        return path.isEmpty() ? "the body" : pointer(path);
    }

    /// RFC 6901.
    private static String pointer(List<JacksonException.Reference> path) {
        return path.stream()
                .map(step ->
                        step.getPropertyName() == null
                                ? "/" + step.getIndex()
                                : "/"
                                        + step.getPropertyName()
                                                .replace("~", "~0")
                                                .replace("/", "~1"))
                .collect(Collectors.joining());
    }
}

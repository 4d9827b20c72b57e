package dev.directmsi.conformance;

import dev.directmsi.api.Reply;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// What the service answered. An answer that no rule gives stops the replay.
///
/// @param errno absent after a success; after a refusal that is not a rule's, words that no
///   recording has
record Answer(Reply reply, @Nullable String errno) {

    /// Kinds of refusals that a rule gives with a status above 500.
    private static final Set<Integer> RULES = Set.of(501, 507);

    private static final Set<String> TRANSPORT =
            Set.of(
                    "PATH_NOT_FOUND",
                    "METHOD_NOT_ALLOWED",
                    "MALFORMED_REQUEST",
                    "UNKNOWN_PROPERTY",
                    "HTTP_UNSUPPORTED",
                    "BODY_TOO_LARGE");

    static Answer of(String request, Reply reply) {
        if (reply.status() < 400) {
            return new Answer(reply, null);
        }
        String what = request + " -> " + reply.status() + " " + reply.text();
        if (reply.status() >= 500 && !RULES.contains(reply.status())) {
            throw new IllegalStateException(what);
        }
        String code = reply.at("/code");
        if (reply.at("/errno").isEmpty() || code.isEmpty()) {
            throw new IllegalStateException("no problem document: " + what);
        }
        return new Answer(
                reply,
                TRANSPORT.contains(code)
                        ? code + " (" + request + ": " + reply.at("/detail") + ")"
                        : reply.at("/errno"));
    }

    boolean succeeded() {
        return errno == null;
    }

    JsonNode json() {
        return reply.json();
    }

    JsonNode at(String property) {
        return json().path(property);
    }

    long number(String property) {
        return at(property).asLong();
    }

    /// The result: what a success shows, or the refusal.
    Result result(Function<Answer, Result> success) {
        return succeeded() ? success.apply(this) : Result.refused(errno);
    }

    /// The result of an operation without outputs.
    Result result() {
        return succeeded() ? Result.of() : Result.refused(errno);
    }
}

package dev.directmsi.vmm;

import dev.directmsi.vmm.client.ApiException;
import java.io.IOException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A request that was not granted, as one line for people.
///
/// The generated client hands out the problem document as text. Four of its strings are picked out
/// here, rather than have this package know a JSON library as well.
final class Refusal {

    private Refusal() {}

    static String text(ApiException refused) {
        String body = refused.getResponseBody();
        if (body == null) {
            return refused.getCause() instanceof IOException noAnswer
                    ? "The service does not answer: " + noAnswer
                    : refused.toString();
        }
        String code = property("code", body);
        if (code.isEmpty()) {
            return "status " + refused.getCode() + ": " + body;
        }
        return "%s (%s): %s. %s"
                .formatted(
                        code,
                        property("errno", body),
                        property("detail", body),
                        property("remedy", body));
    }

    private static String property(String name, String json) {
        Matcher found =
                Pattern.compile("\"" + name + "\":\"((?:[^\"\\\\]|\\\\.)*)\"").matcher(json);
        return found.find() ? found.group(1).replaceAll("\\\\(.)", "$1") : "";
    }
}

package dev.directmsi.api.http;

import dev.directmsi.control.Guard;
import dev.directmsi.iommufd.Reason;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.Part;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;

/// Reads from a request what it demands around its operation.
final class Guards {

    static final String IDEMPOTENCY_KEY = "Idempotency-Key";

    private static final Pattern KEY = Pattern.compile("[\\x21-\\x7e]{1,200}");
    private static final Pattern STRONG_TAG = Pattern.compile("\"([\\x21\\x23-\\x7e]*)\"");

    private Guards() {}

    static Guard of(HttpServletRequest request) {
        return new Guard(ifMatch(request), key(request), validateOnly(request));
    }

    /// One strong entity tag, or `*`. A weak one never matches (RFC 9110, 13.1.1).
    private static @Nullable String ifMatch(HttpServletRequest request) {
        String header = single(request, HttpHeaders.IF_MATCH);
        if (header == null || header.equals("*")) {
            return header;
        }
        Matcher tag = STRONG_TAG.matcher(header);
        if (tag.matches()) {
            return tag.group(1);
        }
        throw malformed("If-Match takes one entity tag in quotes, as ETag showed it, or *");
    }

    private static boolean validateOnly(HttpServletRequest request) {
        String value = request.getParameter(Mutations.VALIDATE_ONLY);
        if (value == null || value.equals("false") || value.equals("true")) {
            return "true".equals(value);
        }
        throw malformed(Mutations.VALIDATE_ONLY + " is true or false, not '" + value + "'");
    }

    private static Guard.@Nullable Key key(HttpServletRequest request) {
        String key = single(request, IDEMPOTENCY_KEY);
        if (key == null) {
            return null;
        }
        if (!KEY.matcher(key).matches()) {
            throw Reason.IDEMPOTENCY_KEY_INVALID.refusal(
                    "problem",
                    "a key has 1 to 200 visible ASCII characters, this one has " + key.length());
        }
        return new Guard.Key(
                key, hash(request), request.getMethod() + " " + request.getRequestURI());
    }

    private static @Nullable String single(HttpServletRequest request, String header) {
        List<String> values = Collections.list(request.getHeaders(header));
        if (values.size() > 1) {
            throw malformed("the header " + header + " is given twice");
        }
        return values.isEmpty() ? null : values.getFirst().trim();
    }

    /// SHA-256 over method, path, query and body.
    private static String hash(HttpServletRequest request) {
        MessageDigest digest = sha256();
        List<byte[]> fields = new ArrayList<>();
        fields.add(utf8(request.getMethod()));
        fields.add(utf8(request.getRequestURI()));
        fields.add(utf8(String.valueOf(request.getQueryString())));
        fields.addAll(body(request));
        for (byte[] field : fields) {
            digest.update(utf8(field.length + ":")); // so that no two lists of fields look the same
            digest.update(field);
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    private static List<byte[]> body(HttpServletRequest request) {
        Optional<byte[]> body = BufferedRequest.bodyOf(request);
        if (body.isPresent()) {
            return List.of(body.get());
        }
        List<byte[]> parts = new ArrayList<>();
        try {
            for (Part part : request.getParts()) {
                parts.add(utf8(part.getName()));
                parts.add(part.getInputStream().readAllBytes());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (ServletException e) {
            throw new IllegalStateException("neither buffered nor multipart", e);
        }
        return parts;
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e); // every Java platform has it
        }
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static RuntimeException malformed(String problem) {
        return Reason.MALFORMED_REQUEST.refusal("problem", problem);
    }
}

package dev.directmsi.api.http;

import dev.directmsi.iommufd.Limits;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.stereotype.Component;
import org.springframework.web.filter.OncePerRequestFilter;

/// Reads the body of a request once, up to a limit, whatever Content-Length says about it.
///
/// Multipart bodies are left to Tomcat, which has limits of its own for them
/// (`spring.servlet.multipart`).
@Component
@Order(Ordered.HIGHEST_PRECEDENCE + 1)
class BodyLimit extends OncePerRequestFilter {

    /// Bytes of a JSON or YAML body: room for a batch of [Limits#BATCH] mappings.
    static final int JSON_LIMIT = 2 << 20;

    private static final byte[] NO_BODY = {};

    private final ProblemWriter problems;

    BodyLimit(ProblemWriter problems) {
        this.problems = problems;
    }

    @Override
    protected void doFilterInternal(
            HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        String type = request.getContentType();
        if (startsWith(type, "multipart/")) {
            chain.doFilter(request, response);
            return;
        }
        int limit =
                startsWith(type, MediaType.APPLICATION_OCTET_STREAM_VALUE)
                        ? Limits.TRANSFER_BYTES
                        : JSON_LIMIT;
        byte[] body =
                hasNoBody(request)
                        ? NO_BODY
                        : request.getContentLengthLong() > limit
                                ? null
                                : request.getInputStream().readNBytes(limit + 1);
        if (body != null && body.length <= limit) {
            chain.doFilter(new BufferedRequest(request, body), response);
            return;
        }
        response.setHeader(HttpHeaders.CONNECTION, "close"); // the rest of the body is not read
        problems.write(
                response,
                Problem.of(
                        HttpReason.BODY_TOO_LARGE,
                        "the limit is " + limit + " bytes",
                        request.getRequestURI(),
                        Map.of("limit", limit)));
    }

    /// Most requests: to look for a body would allocate 16 KiB to read nothing into.
    private static boolean hasNoBody(HttpServletRequest request) {
        return request.getContentLengthLong() == 0
                || (request.getContentLengthLong() < 0
                        && request.getHeader(HttpHeaders.TRANSFER_ENCODING) == null);
    }

    private static boolean startsWith(@Nullable String type, String prefix) {
        return type != null && type.regionMatches(true, 0, prefix, 0, prefix.length());
    }
}

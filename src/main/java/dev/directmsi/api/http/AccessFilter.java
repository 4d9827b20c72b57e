package dev.directmsi.api.http;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.web.server.autoconfigure.ServerProperties;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpHeaders;
import org.springframework.http.server.PathContainer;
import org.springframework.stereotype.Component;
import org.springframework.web.filter.OncePerRequestFilter;
import org.springframework.web.util.ServletRequestPathUtils;

/// Lets nobody in who has no token, once there is one; and lets nobody start the service open to a
/// network without.
@Component
@Order(Ordered.HIGHEST_PRECEDENCE)
@EnableConfigurationProperties(ApiSettings.class)
class AccessFilter extends OncePerRequestFilter {

    private static final String SCHEME = "Bearer ";

    private final byte @Nullable [] token;
    private final ProblemWriter problems;

    AccessFilter(ServerProperties server, ApiSettings settings, ProblemWriter problems) {
        String text = settings.token();
        if (text == null && !isLoopback(server.getAddress())) {
            throw new IllegalStateException(
                    "server.address is not loopback and direct-msi.api.token is not set: anybody could command the"
                            + " service. Set a token, or listen on 127.0.0.1.");
        }
        this.token = text == null ? null : text.getBytes(StandardCharsets.UTF_8);
        this.problems = problems;
    }

    /// No address means all of them.
    private static boolean isLoopback(@Nullable InetAddress address) {
        return address != null && address.isLoopbackAddress();
    }

    @Override
    protected void doFilterInternal(
            HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        byte[] wanted = token;
        if (wanted == null || !isGuarded(request) || carries(request, wanted)) {
            chain.doFilter(request, response);
            return;
        }
        response.setHeader(HttpHeaders.WWW_AUTHENTICATE, "Bearer");
        problems.write(
                response,
                Problem.of(
                        HttpReason.UNAUTHENTICATED,
                        "the request has no valid Authorization header",
                        request.getRequestURI(),
                        Map.of()));
    }

    /// Looks at the path as Spring's routing does, decoded and without parameters, so that no
    /// spelling slips by.
    private static boolean isGuarded(HttpServletRequest request) {
        return ServletRequestPathUtils.parse(request).pathWithinApplication().elements().stream()
                .filter(PathContainer.PathSegment.class::isInstance)
                .map(segment -> ((PathContainer.PathSegment) segment).valueToMatch())
                .findFirst()
                .filter("v1"::equals)
                .isPresent();
    }

    private static boolean carries(HttpServletRequest request, byte[] wanted) {
        String header = request.getHeader(HttpHeaders.AUTHORIZATION);
        return header != null
                && header.regionMatches(true, 0, SCHEME, 0, SCHEME.length())
                // Takes the same time wherever the first difference is.
                && MessageDigest.isEqual(
                        wanted,
                        header.substring(SCHEME.length()).trim().getBytes(StandardCharsets.UTF_8));
    }
}

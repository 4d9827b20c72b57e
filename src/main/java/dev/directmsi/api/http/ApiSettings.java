package dev.directmsi.api.http;

import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/// Settings of the HTTP face.
///
/// @param token the bearer token that every request below `/v1` must carry, over TCP and over the
///   Unix socket; without one the service listens on loopback only
/// @param unixSocket where to listen beside TCP; null for nowhere
/// @param unixSocketPermissions of the socket: who may write may command the service. Octal, or as
///   `ls` shows them
@ConfigurationProperties("direct-msi.api")
public record ApiSettings(
        @Nullable String token,
        @Nullable Path unixSocket,
        @DefaultValue("0600") String unixSocketPermissions) {

    /// An empty token is none, and so is an empty path.
    public ApiSettings {
        token = token == null || token.isBlank() ? null : token;
        unixSocket = unixSocket == null || unixSocket.toString().isBlank() ? null : unixSocket;
        permissions(unixSocketPermissions);
    }

    Set<PosixFilePermission> permissions() {
        return permissions(unixSocketPermissions);
    }

    private static Set<PosixFilePermission> permissions(String text) {
        if (!text.matches("0?[0-7]{3}")) {
            try {
                return PosixFilePermissions.fromString(text);
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException(
                        "direct-msi.api.unix-socket-permissions must be like 0600 or rw-------, not "
                                + text,
                        e);
            }
        }
        var shown = new StringBuilder();
        for (char digit : text.substring(text.length() - 3).toCharArray()) {
            shown.append((digit & 4) == 0 ? '-' : 'r');
            shown.append((digit & 2) == 0 ? '-' : 'w');
            shown.append((digit & 1) == 0 ? '-' : 'x');
        }
        return PosixFilePermissions.fromString(shown.toString());
    }
}

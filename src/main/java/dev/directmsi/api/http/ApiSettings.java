package dev.directmsi.api.http;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;

/// Settings of the HTTP face.
///
/// @param token the bearer token that every request below `/v1` must carry; without one the service
///   listens on loopback only
@ConfigurationProperties("direct-msi.api")
public record ApiSettings(@Nullable String token) {

    /// An empty token is none.
    public ApiSettings {
        token = token == null || token.isBlank() ? null : token;
    }
}

package dev.directmsi.api;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;

/// Speaks HTTP with the service, and holds every answer to the [Contract].
public final class Http {

    private final URI base;
    private final Contract contract;
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    /// Sent with every request; names and values in turn.
    private final String[] always;

    Http(URI base, Contract contract, String... always) {
        this.base = base;
        this.contract = contract;
        this.always = always;
    }

    /// A client of a service somewhere else, which wants a token.
    public static Http of(URI base, String token) {
        return new Http(base, Contract.read(), "Authorization", "Bearer " + token);
    }

    URI base() {
        return base;
    }

    /// GET.
    ///
    /// @param headers names and values in turn
    public Reply get(String path, String... headers) {
        return send("GET", path, BodyPublishers.noBody(), headers);
    }

    /// POST of JSON.
    ///
    /// @param json with apostrophes for quotes, so that a test can be read
    public Reply post(String path, String json, String... headers) {
        return send("POST", path, json(json), with(headers, "Content-Type", "application/json"));
    }

    /// PUT of JSON.
    ///
    /// @param json with apostrophes for quotes
    public Reply put(String path, String json, String... headers) {
        return send("PUT", path, json(json), with(headers, "Content-Type", "application/json"));
    }

    public Reply put(String path, byte[] body) {
        return send(
                "PUT",
                path,
                BodyPublishers.ofByteArray(body),
                "Content-Type",
                "application/octet-stream");
    }

    public Reply delete(String path, String... headers) {
        return send("DELETE", path, BodyPublishers.noBody(), headers);
    }

    /// Any request.
    public Reply send(String method, String path, BodyPublisher body, String... headers) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(base.resolve(path))
                        .timeout(Duration.ofSeconds(30))
                        .method(method, body);
        setHeaders(request, always);
        setHeaders(request, headers);
        try {
            Reply reply = Reply.of(client.send(request.build(), Beginning.ofStreams()));
            contract.check(method, URI.create(path).getRawPath(), reply);
            return reply;
        } catch (IOException e) {
            throw new UncheckedIOException(method + " " + path, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static void setHeaders(HttpRequest.Builder request, String... headers) {
        for (int i = 0; i < headers.length; i += 2) {
            request.header(headers[i], headers[i + 1]);
        }
    }

    /// Opens a context on a host of its own, a copy of a preset, and answers its path.
    public String openContext(String preset) {
        String host = "host-" + System.nanoTime();
        put("/v1/hosts/" + host, "{'preset':'" + preset + "'}").expect(201);
        return post("/v1/contexts", "{'host':'" + host + "'}")
                .expect(201)
                .header("Location")
                .orElseThrow();
    }

    private static BodyPublisher json(String text) {
        return BodyPublishers.ofString(text.replace('\'', '"'));
    }

    private static String[] with(String[] headers, String name, String value) {
        String[] more = java.util.Arrays.copyOf(headers, headers.length + 2);
        more[headers.length] = name;
        more[headers.length + 1] = value;
        return more;
    }
}

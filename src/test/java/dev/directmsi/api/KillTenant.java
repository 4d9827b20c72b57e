package dev.directmsi.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/// A client that commands one context, one request after the other, each with an idempotency key,
/// and remembers what was acknowledged and what that must have led to.
public final class KillTenant {

    private static final String RAM = "0x7f0000000000";
    private static final int VECTORS = 8;

    /// The database did not answer, so it is not known whether the request was done.
    private static final int UNAVAILABLE = 503;

    /// A request, and its answer while it is acknowledged.
    private record Sent(
            String method, String path, String body, String key, @Nullable Reply answer) {

        Sent answered(Reply reply) {
            return new Sent(method, path, body, key, reply);
        }
    }

    private final String name;
    private final String context;
    private final List<Sent> acknowledged = new ArrayList<>();
    private final Set<String> iovas = new TreeSet<>();
    private final Map<Integer, Integer> guestData = new TreeMap<>();
    private @Nullable Sent unanswered;
    private int ioases = 1;
    private int number;

    /// Opens a context with memory, an address space, and a device on a direct parent.
    public KillTenant(Http http, String name, String device) {
        this.name = name;
        context = http.post("/v1/contexts", "{}").expect(201).header("Location").orElseThrow();
        http.put(context + "/memory/regions/" + RAM, "{'length':'0x1000000'}").expect(201);
        http.post(context + "/ioas", "{}").expect(201);
        http.post(context + "/devices", "{'device':'" + device + "'}").expect(201);
        http.post(context + "/hwpts", "{'devId':2,'ptId':1,'flags':['NEST_PARENT','DIRECT_MSI']}")
                .expect(201);
        http.put(context + "/devices/2/attachment", "{'ptId':3}").expect(201);
        http.put(context + "/devices/2/msi-target", "{'doorbell':'0x8090040'}").expect(201);
    }

    /// Sends requests until the service or its database is gone, or it is told to stop.
    ///
    /// @param afterEach told of every acknowledgement; says whether to go on
    public void work(Http http, BooleanSupplier afterEach) {
        try {
            do {
                unanswered = next();
                send(http, unanswered);
            } while (afterEach.getAsBoolean());
        } catch (UncheckedIOException e) {
            // No answer, or none that counts: the last request may have been done or not.
        }
    }

    private Sent next() {
        int n = number++;
        String key = name + "-" + n;
        String iova = "0x" + Integer.toHexString(0x1000_0000 + n * 0x1000);
        String before = "0x" + Integer.toHexString(0x1000_0000 + (n - 1) * 0x1000);
        return switch (n % 5) {
            case 0 -> new Sent("POST", "/ioas", "{}", key, null);
            case 1, 3 ->
                    new Sent(
                            "POST",
                            "/ioas/1/mappings",
                            "{\"userVa\":\"%s\",\"length\":\"0x1000\",\"iova\":\"%s\",\"access\":[\"READ\",\"WRITE\"]}"
                                    .formatted(RAM, iova),
                            key,
                            null);
            case 2 ->
                    new Sent(
                            "DELETE",
                            "/ioas/1/mappings?iova=" + before + "&length=0x1000",
                            "",
                            key,
                            null);
            default ->
                    new Sent(
                            "PUT",
                            "/devices/2/msi-vectors/" + n / 5 % VECTORS,
                            "{\"guestVa\":\"0xfffff040\",\"guestData\":%d}".formatted(n),
                            key,
                            null);
        };
    }

    private void send(Http http, Sent sent) {
        Reply reply = repeat(http, sent);
        if (reply.status() == UNAVAILABLE) {
            throw new UncheckedIOException(new IOException(reply.text()));
        }
        assertThat(reply.status()).as("%s: %s", sent, reply.text()).isBetween(200, 299);
        acknowledged.add(sent.answered(reply));
        unanswered = null;
        note(sent);
    }

    private Reply repeat(Http http, Sent sent) {
        return sent.body().isEmpty()
                ? http.send(
                        sent.method(),
                        context + sent.path(),
                        BodyPublishers.noBody(),
                        "Idempotency-Key",
                        sent.key())
                : http.send(
                        sent.method(),
                        context + sent.path(),
                        BodyPublishers.ofString(sent.body()),
                        "Content-Type",
                        "application/json",
                        "Idempotency-Key",
                        sent.key());
    }

    /// What an acknowledged request must have led to.
    private void note(Sent sent) {
        int n = Integer.parseInt(sent.key().substring(name.length() + 1));
        switch (n % 5) {
            case 0 -> ioases++;
            case 1, 3 -> iovas.add("0x" + Integer.toHexString(0x1000_0000 + n * 0x1000));
            case 2 -> iovas.remove("0x" + Integer.toHexString(0x1000_0000 + (n - 1) * 0x1000));
            default -> guestData.put(n / 5 % VECTORS, n);
        }
    }

    /// After a restart: all that was acknowledged is there, and a repeat gets the same answer; what
    /// was not acknowledged is done by its repeat, once.
    public void check(Http http) {
        for (Sent sent : acknowledged) {
            Reply again = repeat(http, sent);
            Reply first = Objects.requireNonNull(sent.answer());
            assertThat(again.text()).as("repeat of %s", sent).isEqualTo(first.text());
            assertThat(again.status()).isEqualTo(first.status());
            assertThat(again.header("ETag")).isEqualTo(first.header("ETag"));
        }
        acknowledged.clear();
        Sent open = unanswered;
        if (open != null) {
            send(http, open);
            assertThat(repeat(http, open).text())
                    .isEqualTo(Objects.requireNonNull(acknowledged.getFirst().answer()).text());
        }
        assertThat(texts(http, "/ioas/1/mappings?limit=1000", "iova")).isEqualTo(iovas);
        assertThat(texts(http, "/ioas?limit=1000", "id")).hasSize(ioases);
        guestData.forEach((index, data) ->
                assertThat(http.get(context + "/devices/2/msi-vectors/" + index).at("/guestData"))
                        .as("vector %d of %s", index, name)
                        .isEqualTo(String.valueOf(data)));
    }

    private Set<String> texts(Http http, String path, String property) {
        var found = new TreeSet<String>();
        http.get(context + path)
                .expect(200)
                .json()
                .path("items")
                .forEach(item -> found.add(item.path(property).asString()));
        return found;
    }

    /// Everything that can be read of the context, byte for byte.
    public String everything(Http http) {
        var text = new StringBuilder();
        for (String path :
                List.of(
                        "",
                        "/objects?limit=1000",
                        "/ioas/1/mappings?limit=1000",
                        "/ioas/1/iova-ranges",
                        "/hwpts/3/s2-copies",
                        "/devices/2",
                        "/devices/2/msi-target",
                        "/devices/2/msi-vectors",
                        "/memory/regions")) {
            Reply reply = http.get(context + path).expect(200);
            text.append(path).append(' ').append(reply.header("ETag")).append('\n');
            text.append(reply.text()).append('\n');
        }
        return text.toString();
    }
}

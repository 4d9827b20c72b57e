package dev.directmsi.api.http;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Objects;
import java.util.Properties;

/// Which operations can be refused for which reason. Found in the rules by a test, which keeps
/// `ioctls.properties` beside this class up to date.
final class Ioctls {

    private static final Properties BY_CODE = read();

    private Ioctls() {}

    /// The operations, by name; empty where the reason is not a rule's.
    static List<String> of(String code) {
        String names = BY_CODE.getProperty(code, "");
        return names.isEmpty() ? List.of() : List.of(names.split(" ", -1));
    }

    private static Properties read() {
        var properties = new Properties();
        try (InputStream stream =
                Objects.requireNonNull(Ioctls.class.getResourceAsStream("ioctls.properties"))) {
            properties.load(stream);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return properties;
    }
}

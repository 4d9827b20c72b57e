package dev.directmsi.api;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// A resource of the service that tests make from the code.
public final class Resource {

    private static final Path SOURCES = Path.of("src/main/resources");
    private static final Path CLASSES = Path.of("target/classes");

    private Resource() {}

    /// Where it is committed.
    public static Path source(String name) {
        return SOURCES.resolve(name);
    }

    /// Writes it, also where this very run will read it.
    public static void write(String name, String text) {
        try {
            Files.writeString(source(name), text);
            Files.writeString(CLASSES.resolve(name), text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

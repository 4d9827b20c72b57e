package dev.directmsi.conformance;

import dev.directmsi.conformance.Session.Absent;
import java.io.ByteArrayOutputStream;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;

/// The memory behind a pointer among an operation's inputs.
final class Payload {

    private Payload() {}

    /// All bytes that were given, little endian.
    static byte[] bytes(Operation operation) {
        var bytes = new ByteArrayOutputStream();
        long width = operation.number("data_width");
        operation
                .words("data")
                .forEach(word -> {
                    for (int i = 0; i < width; i++) {
                        bytes.write((int) (word >>> (Byte.SIZE * i)));
                    }
                });
        return bytes.toByteArray();
    }

    /// The first bytes; absent if there is no memory behind them.
    static Optional<byte[]> bytes(Operation operation, long length) {
        byte[] bytes = bytes(operation);
        return length > bytes.length
                ? Optional.empty()
                : Optional.of(java.util.Arrays.copyOf(bytes, (int) length));
    }

    /// A driver's structure, as a property of a body.
    static Object raw(byte[] bytes) {
        return bytes.length == 0 ? Absent.ABSENT : Map.of("raw", base64(bytes));
    }

    static String base64(byte[] bytes) {
        return Base64.getEncoder().encodeToString(bytes);
    }

    static byte[] bytesOf(String base64) {
        return Base64.getDecoder().decode(base64);
    }

    static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }
}

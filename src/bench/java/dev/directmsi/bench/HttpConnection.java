package dev.directmsi.bench;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// One kept-alive connection, as lean as can be: the client shares the processors with the service
/// that it measures.
final class HttpConnection implements AutoCloseable {

    private static final byte[] LENGTH = "content-length:".getBytes(StandardCharsets.ISO_8859_1);
    private static final byte[] CHUNKED =
            "transfer-encoding:".getBytes(StandardCharsets.ISO_8859_1);

    private static final byte[] CLOSE = "connection: close".getBytes(StandardCharsets.ISO_8859_1);

    /// Shorter than the service keeps a connection that nobody uses.
    private static final long IDLE_NANOS = 5_000_000_000L;

    private final int port;
    private Socket socket;
    private InputStream in;
    private OutputStream out;
    private long lastUse;
    private boolean closing;
    private final byte[] buffer = new byte[1 << 16];
    private int filled;
    private int at;
    private String body = "";

    HttpConnection(int port) throws IOException {
        this.port = port;
        socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setTcpNoDelay(true);
        in = socket.getInputStream();
        out = socket.getOutputStream();
        lastUse = System.nanoTime();
    }

    private void connectAgain() throws IOException {
        socket.close();
        socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setTcpNoDelay(true);
        in = socket.getInputStream();
        out = socket.getOutputStream();
        closing = false;
    }

    static byte[] get(String path) {
        return request("GET", path, null);
    }

    static byte[] delete(String path) {
        return request("DELETE", path, null);
    }

    static byte[] post(String path, String json) {
        return request("POST", path, json);
    }

    static byte[] request(String method, String path, @Nullable String json) {
        String head = method + " " + path + " HTTP/1.1\r\nHost: localhost\r\n";
        String text =
                json == null
                        ? head + "\r\n"
                        : head
                                + "Content-Type: application/json\r\nContent-Length: "
                                + json.length()
                                + "\r\n\r\n"
                                + json;
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    /// Sends a request and reads its answer; gives the status.
    int exchange(byte[] request) throws IOException {
        long now = System.nanoTime();
        if (closing || now - lastUse > IDLE_NANOS) {
            connectAgain();
        }
        out.write(request);
        filled = 0;
        at = 0;
        body = "";
        int end = head();
        int status = (buffer[9] - '0') * 100 + (buffer[10] - '0') * 10 + buffer[11] - '0';
        long length = -1;
        boolean chunked = false;
        for (int i = 0; i < end - 2; i++) {
            if (buffer[i] == '\n') {
                if (says(i + 1, LENGTH)) {
                    length = number(i + 1 + LENGTH.length);
                } else if (says(i + 1, CHUNKED)) {
                    chunked = true;
                } else if (says(i + 1, CLOSE)) {
                    closing = true;
                }
            }
        }
        at = end;
        if (chunked) {
            chunks();
        } else if (length > 0) {
            skip(length);
        }
        lastUse = now;
        return status;
    }

    /// The same; fails unless the answer is a success. Gives what it says, if that is not long.
    String expectSuccess(byte[] request) throws IOException {
        int status = exchange(request);
        if (status / 100 != 2) {
            throw new IOException(
                    status
                            + " for "
                            + new String(request, StandardCharsets.ISO_8859_1)
                            + ": "
                            + body);
        }
        return body;
    }

    /// Whether a header begins here, in whatever case.
    private boolean says(int from, byte[] name) {
        for (int i = 0; i < name.length; i++) {
            if ((buffer[from + i] | 0x20) != (name[i] | 0x20)) {
                return false;
            }
        }
        return true;
    }

    private long number(int from) {
        long number = 0;
        for (int i = from; buffer[i] != '\r'; i++) {
            number = buffer[i] == ' ' ? number : number * 10 + buffer[i] - '0';
        }
        return number;
    }

    private String text(int from, int to) {
        return new String(buffer, from, to - from, StandardCharsets.ISO_8859_1);
    }

    private int head() throws IOException {
        int searched = 0;
        while (true) {
            for (int i = Math.max(0, searched - 3); i + 3 < filled; i++) {
                if (buffer[i] == '\r' && buffer[i + 1] == '\n' && buffer[i + 2] == '\r') {
                    return i + 4;
                }
            }
            searched = filled;
            fill();
        }
    }

    private void fill() throws IOException {
        int read = in.read(buffer, filled, buffer.length - filled);
        if (read < 0) {
            throw new EOFException("the service closed the connection");
        }
        filled += read;
    }

    private void skip(long length) throws IOException {
        long left = length;
        var kept = new StringBuilder();
        while (left > 0) {
            if (at == filled) {
                at = 0;
                filled = 0;
                fill();
            }
            int part = (int) Math.min(left, filled - at);
            if (kept.length() + part < 1 << 10) {
                kept.append(text(at, at + part));
            }
            at += part;
            left -= part;
        }
        body = body + kept;
    }

    private void chunks() throws IOException {
        while (true) {
            var size = new StringBuilder();
            for (int next = next(); next != '\n'; next = next()) {
                size.append((char) next);
            }
            int length = Integer.parseInt(size.toString().strip(), 16);
            if (length > 0) {
                skip(length);
            }
            next();
            next();
            if (length == 0) {
                return;
            }
        }
    }

    private int next() throws IOException {
        if (at == filled) {
            at = 0;
            filled = 0;
            fill();
        }
        return buffer[at++];
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}

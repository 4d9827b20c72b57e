package dev.directmsi.replica;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// The network between one replica and the database: a relay that can be in trouble.
final class DatabaseLink implements AutoCloseable {

    /// What can be wrong with a network.
    enum Trouble {
        /// Nothing.
        NONE,
        /// Connections are reset, new ones are refused.
        CUT,
        /// Nothing arrives on either side, and nobody is told.
        SILENT,
        /// Requests arrive, answers do not: each may have been the answer to a COMMIT.
        DEAF,
        /// Everything arrives, but only when the trouble is over.
        STALLED
    }

    private final ServerSocket listener;
    private final InetSocketAddress database;
    private volatile List<Lie> lies = List.of();
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final Object change = new Object();
    private volatile Trouble trouble = Trouble.NONE;

    DatabaseLink(InetSocketAddress database) {
        this.database = database;
        try {
            listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Thread.ofVirtual().start(this::accept);
    }

    int port() {
        return listener.getLocalPort();
    }

    /// From now on statements are changed on their way, on new connections: the old ones, whose
    /// statements the database may have prepared already, end.
    void tell(List<Lie> told) {
        lies = told;
        reset();
    }

    void impose(Trouble kind) {
        trouble = kind;
        if (kind == Trouble.CUT) {
            reset();
        }
    }

    /// Ends the trouble. What was swallowed cannot be delivered any more, so those connections end.
    void heal() {
        boolean swallowed = trouble == Trouble.SILENT || trouble == Trouble.DEAF;
        synchronized (change) {
            trouble = Trouble.NONE;
            change.notifyAll();
        }
        if (swallowed) {
            reset();
        }
    }

    private void reset() {
        open.forEach(DatabaseLink::reset);
        open.clear();
    }

    private static void reset(Socket socket) {
        try {
            socket.setSoLinger(true, 0);
            socket.close();
        } catch (IOException e) {
            // it is closed already
        }
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket replica = listener.accept();
                if (trouble == Trouble.CUT) {
                    reset(replica);
                } else {
                    connect(replica);
                }
            } catch (IOException e) {
                // closed, or the database is not there, which connect has told the replica
            }
        }
    }

    private void connect(Socket replica) throws IOException {
        var upstream = new Socket();
        try {
            upstream.connect(database, 2_000);
        } catch (IOException e) {
            reset(replica);
            throw e;
        }
        replica.setTcpNoDelay(true);
        upstream.setTcpNoDelay(true);
        open.add(replica);
        open.add(upstream);
        Thread.ofVirtual().start(() -> relay(replica, upstream, true));
        Thread.ofVirtual().start(() -> relay(upstream, replica, false));
    }

    private void relay(Socket from, Socket to, boolean requests) {
        try {
            if (requests && !lies.isEmpty()) {
                relayStatements(new DataInputStream(from.getInputStream()), to.getOutputStream());
            } else {
                relayBytes(from.getInputStream(), to.getOutputStream(), requests);
            }
        } catch (IOException e) {
            // one side is gone; the other is told
        } finally {
            reset(from);
            reset(to);
            open.remove(from);
            open.remove(to);
        }
    }

    private void relayBytes(InputStream from, OutputStream to, boolean requests)
            throws IOException {
        byte[] buffer = new byte[16_384];
        for (int read = from.read(buffer); read >= 0; read = from.read(buffer)) {
            deliver(buffer, read, to, requests);
        }
    }

    private void deliver(byte[] bytes, int length, OutputStream to, boolean request)
            throws IOException {
        switch (trouble) {
            case CUT -> throw new IOException("cut");
            case SILENT -> {
                return;
            }
            case DEAF -> {
                if (!request) {
                    return;
                }
            }
            case STALLED -> awaitHealing();
            case NONE -> {
                // as it should be
            }
        }
        to.write(bytes, 0, length);
        to.flush();
    }

    private void awaitHealing() throws IOException {
        synchronized (change) {
            try {
                while (trouble == Trouble.STALLED) {
                    change.wait();
                }
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
        }
    }

    /// The frontend's side of the protocol, version 3: a start-up message without a type (again
    /// after a request for encryption was refused), then messages of type, length, text.
    private void relayStatements(DataInputStream from, OutputStream to) throws IOException {
        for (boolean started = false; !started; ) {
            byte[] body = body(from);
            started = ByteBuffer.wrap(body).getInt() >>> 16 == 3;
            deliver(message(null, body), body.length + 4, to, true);
        }
        for (int type = from.read(); type >= 0; type = from.read()) {
            byte[] body = body(from);
            if (type == 'P' || type == 'Q') {
                for (Lie lie : lies) {
                    body = lie.tell(body);
                }
            }
            deliver(message((byte) type, body), body.length + 5, to, true);
        }
    }

    private static byte[] body(DataInputStream from) throws IOException {
        return from.readNBytes(from.readInt() - 4);
    }

    private static byte[] message(@Nullable Byte type, byte[] body) {
        var message = new ByteArrayOutputStream();
        if (type != null) {
            message.write(type);
        }
        message.writeBytes(ByteBuffer.allocate(4).putInt(body.length + 4).array());
        message.writeBytes(body);
        return message.toByteArray();
    }

    @Override
    public void close() {
        try {
            listener.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        heal();
        reset();
    }
}

package dev.directmsi.store;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/// The wire between a store and PostgreSQL: it can be cut, also right before or after a COMMIT, and
/// it can hold what is sent without an error, as a network does that loses everything. It reads the
/// text of statements, so the URL must say `sslmode=disable&prepareThreshold=0`.
public final class Wire implements AutoCloseable {

    /// What is wrong with the wire.
    public enum Fault {
        NONE,
        /// Nobody can connect; those who are connected are cut off.
        CUT,
        /// A COMMIT does not arrive, and its connection is cut.
        CUT_BEFORE_COMMIT,
        /// A COMMIT is answered, but the answer does not arrive, and its connection is cut.
        CUT_AFTER_COMMIT,
        /// Nothing arrives, until the fault is over.
        HOLD,
        /// No COMMIT arrives, until the fault is over.
        HOLD_COMMIT
    }

    private static final String COMMIT = "COMMIT\0";

    private final ServerSocket listener;
    private final String host;
    private final int target;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final AtomicInteger held = new AtomicInteger();
    private final AtomicInteger roundTrips = new AtomicInteger();
    private Fault fault = Fault.NONE;

    /// A wire to a server, listening on loopback.
    public Wire(String host, int target) {
        this.host = host;
        this.target = target;
        try {
            listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Thread.ofVirtual().start(this::accept);
    }

    public int port() {
        return listener.getLocalPort();
    }

    public void set(Fault now) {
        lock.lock();
        try {
            fault = now;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        if (now == Fault.CUT) {
            open.forEach(Wire::close);
        }
    }

    /// Times that a client has sent something and waited for the answer.
    public int roundTrips() {
        return roundTrips.get();
    }

    /// Waits until something is held.
    public void awaitHeld() {
        lock.lock();
        try {
            while (held.get() == 0) {
                changed.awaitUninterruptibly();
            }
        } finally {
            lock.unlock();
        }
    }

    private void accept() {
        try {
            while (true) {
                Socket client = listener.accept();
                if (current() == Fault.CUT) {
                    close(client);
                    continue;
                }
                var connection = new Connection(client, new Socket(host, target));
                Thread.ofVirtual().start(connection::toServer);
                Thread.ofVirtual().start(connection::toClient);
            }
        } catch (IOException e) {
            // closed
        }
    }

    private Fault current() {
        lock.lock();
        try {
            return fault;
        } finally {
            lock.unlock();
        }
    }

    private void holdWhile(Fault one, Fault other) {
        lock.lock();
        try {
            if (fault == one || fault == other) {
                held.incrementAndGet();
                changed.signalAll();
                while (fault == one || fault == other) {
                    changed.awaitUninterruptibly();
                }
                held.decrementAndGet();
            }
        } finally {
            lock.unlock();
        }
    }

    private final class Connection {
        private final Socket client;
        private final Socket server;
        private volatile boolean lastSaid;
        private volatile boolean swallow;

        Connection(Socket client, Socket server) throws IOException {
            this.client = client;
            this.server = server;
            client.setTcpNoDelay(true);
            server.setTcpNoDelay(true);
            open.add(client);
            open.add(server);
        }

        void toServer() {
            byte[] bytes = new byte[1 << 16];
            try (client;
                    server) {
                InputStream in = client.getInputStream();
                for (int n = in.read(bytes); n > 0; n = in.read(bytes)) {
                    boolean commit = new String(bytes, 0, n, ISO_8859_1).contains(COMMIT);
                    holdWhile(Fault.HOLD, commit ? Fault.HOLD_COMMIT : Fault.HOLD);
                    if (commit && current() == Fault.CUT_BEFORE_COMMIT) {
                        return;
                    }
                    swallow = commit && current() == Fault.CUT_AFTER_COMMIT;
                    if (!lastSaid) {
                        roundTrips.incrementAndGet();
                        lastSaid = true;
                    }
                    server.getOutputStream().write(bytes, 0, n);
                }
            } catch (IOException e) {
                // cut
            } finally {
                open.remove(client);
            }
        }

        void toClient() {
            byte[] bytes = new byte[1 << 16];
            try (client;
                    server) {
                InputStream in = server.getInputStream();
                for (int n = in.read(bytes); n > 0 && !swallow; n = in.read(bytes)) {
                    lastSaid = false;
                    holdWhile(Fault.HOLD, Fault.HOLD);
                    client.getOutputStream().write(bytes, 0, n);
                }
            } catch (IOException e) {
                // cut
            } finally {
                open.remove(server);
            }
        }
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        set(Fault.CUT);
        try {
            listener.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

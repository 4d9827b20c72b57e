package dev.directmsi.api.http;

import jakarta.servlet.http.HttpServletRequest;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/// Answers that go on until their source ends. When the service stops, the sources are ended first;
/// an answer that does not end then waits for a client that does not read, and is cut off: the web
/// server would wait for it as for any request.
@Component
public final class OpenStreams implements SmartLifecycle {

    private static final long PATIENCE = Duration.ofSeconds(1).toNanos();
    private static final long STEP = Duration.ofMillis(5).toNanos();

    private final Connectors connectors;
    private final Set<Open> streams = ConcurrentHashMap.newKeySet();
    private volatile boolean running;

    OpenStreams(Connectors connectors) {
        this.connectors = connectors;
    }

    /// A stream that is being sent, until it is closed.
    public final class Open implements AutoCloseable {

        private final Thread sender = Thread.currentThread();
        private final String connection;

        private Open(String connection) {
            this.connection = connection;
        }

        @Override
        public void close() {
            streams.remove(this);
        }
    }

    /// Begins a stream in this thread.
    public Open begin(HttpServletRequest request) {
        var stream = new Open(request.getServletConnection().getConnectionId());
        streams.add(stream);
        return stream;
    }

    /// After the change feed, before the web server.
    @Override
    public int getPhase() {
        return SmartLifecycle.DEFAULT_PHASE - 1;
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    @Override
    public void start() {
        running = true;
    }

    @Override
    public void stop() {
        running = false;
        long deadline = System.nanoTime() + PATIENCE;
        while (!streams.isEmpty() && System.nanoTime() < deadline) {
            LockSupport.parkNanos(STEP);
        }
        for (Open stream : streams) {
            connectors.cut(stream.connection);
            stream.sender.interrupt(); // it looks at its channel again
        }
    }
}

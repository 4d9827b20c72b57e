package dev.directmsi.replica;

import dev.directmsi.api.Http;
import dev.directmsi.api.ServiceProcess;
import dev.directmsi.store.PostgreSqlServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/// One process of the service, and its way to the database.
final class Replica implements AutoCloseable {

    /// Lines of the log that are kept after an error.
    private static final int FOLLOWING = 40;

    /// A process that ends so often at its start is broken.
    private static final int STARTS = 5;

    private final int number;
    private final PostgreSqlServer database;
    private final DatabaseLink link;
    private final ConcurrentLinkedQueue<String> errors = new ConcurrentLinkedQueue<>();
    private volatile @Nullable ServiceProcess process;
    private int follow;

    Replica(int number, PostgreSqlServer database) {
        this.number = number;
        this.database = database;
        this.link = new DatabaseLink(addressOf(database.url()));
    }

    /// Starts it, as whoever supervises processes does: again when it ended, because the database
    /// went away in the middle of its start.
    void start() {
        for (int left = STARTS; process == null; left--) {
            try {
                process =
                        ServiceProcess.start(
                                List.of(database.settings(urlThroughLink())), this::hear);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            } catch (AssertionError e) {
                if (left == 1) {
                    throw e;
                }
                System.out.println("replica " + number + " ended at its start, and starts again");
            }
        }
    }

    private static InetSocketAddress addressOf(String url) {
        URI server = URI.create(url.substring("jdbc:".length()));
        return new InetSocketAddress(server.getHost(), server.getPort());
    }

    private String urlThroughLink() {
        return database.url().replaceFirst("//[^/]+/", "//127.0.0.1:" + link.port() + "/");
    }

    /// Keeps an error with the lines after it, which say where it comes from.
    private synchronized void hear(String line) {
        if (line.contains(" ERROR ")) {
            follow = FOLLOWING;
        }
        if (follow > 0) {
            follow--;
            errors.add("replica " + number + ": " + line);
        }
    }

    /// What it logged as an error, which is always a bug of ours.
    List<String> errors() {
        return List.copyOf(errors);
    }

    int number() {
        return number;
    }

    DatabaseLink link() {
        return link;
    }

    /// A client of it; null while it is dead.
    @Nullable Http http() {
        ServiceProcess running = process;
        return running == null ? null : running.http();
    }

    void kill() {
        ServiceProcess running = process;
        process = null;
        if (running != null) {
            try {
                running.kill();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    @Override
    public void close() {
        kill();
        link.close();
    }
}

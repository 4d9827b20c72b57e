package dev.directmsi.api.http;

import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Objects;
import java.util.Set;
import org.apache.tomcat.util.net.NioEndpoint;
import org.jspecify.annotations.Nullable;

/// Listens on a Unix socket.
///
/// Tomcat can do that, but it sets the permissions after everybody could connect, or asks for a
/// directory as closed as the socket, which `/run` is not; it fails on the file that a killed
/// process left behind; and when it stops it removes whatever is at the path. Here the socket is
/// made in a directory of its own that nobody else may enter, and moved to its place when it is
/// ready.
final class UnixEndpoint extends NioEndpoint {

    /// What the kernel takes (`sun_path`, 108 bytes with the terminating zero), less what the
    /// directory of its own needs.
    private static final int PATH_LIMIT = 90;

    private final Path path;
    private final Path directory;
    private final Set<PosixFilePermission> permissions;
    private @Nullable Object made;

    UnixEndpoint(Path path, Set<PosixFilePermission> permissions) {
        this.path = path.toAbsolutePath();
        this.directory =
                Objects.requireNonNull(this.path.getParent(), "direct-msi.api.unix-socket: /");
        this.permissions = permissions;
        setUnixDomainSocketPath(this.path.toString());
    }

    @Override
    protected void initServerSocket() throws Exception {
        refuseUnusablePath();
        Path own =
                Files.createTempDirectory(
                        directory,
                        "",
                        PosixFilePermissions.asFileAttribute(
                                PosixFilePermissions.fromString("rwx------")));
        Path socket = own.resolve("s");
        try {
            setUnixDomainSocketPath(socket.toString());
            super.initServerSocket();
            Files.setPosixFilePermissions(socket, permissions);
            Files.move(socket, path, StandardCopyOption.ATOMIC_MOVE);
            made = fileKey(path);
        } finally {
            setUnixDomainSocketPath(path.toString());
            Files.deleteIfExists(socket);
            Files.delete(own);
        }
    }

    private void refuseUnusablePath() throws IOException {
        int length = path.toString().getBytes(StandardCharsets.UTF_8).length;
        if (length > PATH_LIMIT) {
            throw refusal("is " + length + " bytes long, the limit is " + PATH_LIMIT);
        }
        if (!Files.isDirectory(directory)) {
            throw refusal("lies in a directory that does not exist");
        }
        if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        BasicFileAttributes there =
                Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        if (!there.isOther()) {
            throw refusal("is there already and is no socket");
        }
        if (isListenedTo()) {
            throw refusal("is in use: another process listens there");
        }
        // Left behind by a process that was killed; the move replaces it.
    }

    private boolean isListenedTo() {
        try (var _ = SocketChannel.open(UnixDomainSocketAddress.of(path))) {
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private IllegalStateException refusal(String problem) {
        return new IllegalStateException("direct-msi.api.unix-socket: " + path + " " + problem);
    }

    /// Which file is at the path: its device and inode.
    private static @Nullable Object fileKey(Path path) {
        try {
            return Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
                    .fileKey();
        } catch (IOException e) {
            return null;
        }
    }

    /// Removes the socket if it is still the one that was made here.
    @Override
    protected void doCloseServerSocket() throws IOException {
        Object own = made;
        made = null;
        if (own != null && Objects.equals(own, fileKey(path))) {
            Files.deleteIfExists(path);
        }
        setUnixDomainSocketPath(null); // else Tomcat removes what is there
        try {
            super.doCloseServerSocket();
        } finally {
            setUnixDomainSocketPath(path.toString());
        }
    }
}

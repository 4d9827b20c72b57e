package dev.directmsi.container;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.exception.InternalServerErrorException;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.model.ExposedPort;
import com.github.dockerjava.api.model.Ports.Binding;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.Network;

/// The container engine, and what can happen to a container on it.
public final class Engine {

    /// The images that the tests stand on, made by `docker/images`.
    private static final List<String> IMAGES =
            List.of(ServiceContainer.IMAGE, DatabaseContainer.IMAGE, "direct-msi-clients");

    /// A start takes seconds; where many processes share few cores it takes minutes.
    static final Duration PATIENCE = Duration.ofMinutes(5);

    private static final Optional<String> MISSING = look();

    private Engine() {}

    /// What container tests lack on this machine, and how to get it.
    static Optional<String> missing() {
        return MISSING;
    }

    private static Optional<String> look() {
        if (!DockerClientFactory.instance().isDockerAvailable()) {
            return Optional.of("no container engine answers (docker/engine start)");
        }
        return IMAGES.stream()
                .filter(image -> !exists(image))
                .findFirst()
                .map(image -> "there is no image " + image + " (docker/images)");
    }

    private static boolean exists(String image) {
        try {
            client().inspectImageCmd(image).exec();
            return true;
        } catch (NotFoundException _) {
            return false;
        }
    }

    /// Ends it at this very moment, as `kill -9` does.
    public static void kill(GenericContainer<?> container) {
        client().killContainerCmd(container.getContainerId()).exec();
        exitCode(container);
    }

    /// Asks it to end, waits until it has, and answers its exit code. After `grace` it is killed.
    public static int stop(GenericContainer<?> container, Duration grace) {
        client().stopContainerCmd(container.getContainerId())
                .withTimeout(Math.toIntExact(grace.toSeconds()))
                .exec();
        return exitCode(container);
    }

    /// Starts it again with the files that it had, and waits until it is healthy.
    public static void start(GenericContainer<?> container) {
        client().startContainerCmd(container.getContainerId()).exec();
        awaitHealthy(container);
    }

    /// Starts a program again, waits until it has ended, and answers its exit code.
    static int runAgain(GenericContainer<?> container) {
        client().startContainerCmd(container.getContainerId()).exec();
        return exitCode(container);
    }

    /// Stops its processes where they are; what is sent to it waits.
    public static void pause(GenericContainer<?> container) {
        // On a busy machine not all threads are frozen in the time that the engine allows for it.
        Awaitility.await("pause")
                .atMost(PATIENCE)
                .ignoreException(InternalServerErrorException.class)
                .until(() -> {
                    client().pauseContainerCmd(container.getContainerId()).exec();
                    return true;
                });
    }

    static boolean isPaused(GenericContainer<?> container) {
        return Boolean.TRUE.equals(inspect(container).getState().getPaused());
    }

    public static void unpause(GenericContainer<?> container) {
        client().unpauseContainerCmd(container.getContainerId()).exec();
    }

    /// Takes it out of a network, at once: nothing that it sends there arrives, nobody is told.
    public static void cutOff(GenericContainer<?> container, Network network) {
        client().disconnectFromNetworkCmd()
                .withNetworkId(network.getId())
                .withContainerId(container.getContainerId())
                .withForce(true)
                .exec();
    }

    /// Brings it back into a network, with an address that may be new.
    public static void reconnect(GenericContainer<?> container, Network network) {
        client().connectToNetworkCmd()
                .withNetworkId(network.getId())
                .withContainerId(container.getContainerId())
                .exec();
    }

    /// Waits until the health check of its image says that it is healthy.
    public static void awaitHealthy(GenericContainer<?> container) {
        Awaitility.await(container.getDockerImageName())
                .pollInterval(Duration.ofMillis(100))
                .atMost(PATIENCE)
                .until(() -> health(container).equals("healthy"));
    }

    /// What the health check of its image says: `starting`, `healthy` or `unhealthy`.
    public static String health(GenericContainer<?> container) {
        return inspect(container).getState().getHealth().getStatus();
    }

    /// The port of this machine that leads to a port of the container now: another one after each
    /// start.
    public static int port(GenericContainer<?> container, int inside) {
        Binding[] bindings =
                inspect(container)
                        .getNetworkSettings()
                        .getPorts()
                        .getBindings()
                        .get(ExposedPort.tcp(inside));
        return Integer.parseInt(Objects.requireNonNull(bindings)[0].getHostPortSpec());
    }

    static InspectContainerResponse inspect(GenericContainer<?> container) {
        return client().inspectContainerCmd(container.getContainerId()).exec();
    }

    /// Waits until it has ended, and answers its exit code.
    static int exitCode(GenericContainer<?> container) {
        return client().waitContainerCmd(container.getContainerId())
                .start()
                .awaitStatusCode(1, TimeUnit.MINUTES);
    }

    private static DockerClient client() {
        return DockerClientFactory.instance().client();
    }
}

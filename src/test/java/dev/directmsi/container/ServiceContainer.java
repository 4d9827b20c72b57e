package dev.directmsi.container;

import com.github.dockerjava.api.model.HostConfig;
import dev.directmsi.api.Http;
import java.net.URI;
import java.util.Map;
import java.util.Objects;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.utility.DockerImageName;

/// The service in its image, as the README says to run it: not root, nothing writable but `/data`
/// and `/tmp`. On H2 unless it is put [on PostgreSQL][#on(DatabaseContainer)].
public final class ServiceContainer extends GenericContainer<ServiceContainer> {

    static final String IMAGE = "direct-msi";

    /// What every request below `/v1` must carry.
    public static final String TOKEN = "token-of-the-container-tests";

    private static final int PORT = 8080;
    private static final long MEMORY = 768L << 20;

    public ServiceContainer() {
        super(DockerImageName.parse(IMAGE));
        withEnv("DIRECT_MSI_API_TOKEN", TOKEN);
        withExposedPorts(PORT);
        withTmpFs(Map.of("/tmp", "rw"));
        withCreateContainerCmdModifier(command -> {
            HostConfig host = Objects.requireNonNull(command.getHostConfig());
            host.withReadonlyRootfs(true).withMemory(MEMORY);
        });
        waitingFor(Wait.forHealthcheck().withStartupTimeout(Engine.PATIENCE));
    }

    /// Uses a database in the same network; several services may use the same.
    public ServiceContainer on(DatabaseContainer database) {
        dependsOn(database);
        withNetwork(database.getNetwork());
        withEnv("SPRING_DATASOURCE_URL", database.urlInNetwork());
        withEnv("SPRING_DATASOURCE_USERNAME", database.getUsername());
        return withEnv("SPRING_DATASOURCE_PASSWORD", database.getPassword());
    }

    /// Where it listens now; another port after each start.
    public URI base() {
        return URI.create("http://" + getHost() + ":" + Engine.port(this, PORT));
    }

    /// A client that carries the token, for as long as the container is not started anew.
    public Http http() {
        return Http.of(base(), TOKEN);
    }
}

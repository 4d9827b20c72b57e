package dev.directmsi.container;

import org.testcontainers.containers.Network;
import org.testcontainers.postgresql.PostgreSQLContainer;
import org.testcontainers.utility.DockerImageName;

/// PostgreSQL in the image of this project, as durable as it comes.
public final class DatabaseContainer extends PostgreSQLContainer {

    static final String IMAGE = "direct-msi-postgresql";

    private static final String ALIAS = "database";

    /// @param network where the services find it
    public DatabaseContainer(Network network) {
        super(DockerImageName.parse(IMAGE).asCompatibleSubstituteFor("postgres"));
        withNetwork(network);
        withNetworkAliases(ALIAS);
        withDatabaseName("directmsi");
        // Testcontainers would turn fsync off.
        withCommand("postgres");
    }

    /// Its address for containers of the same network.
    String urlInNetwork() {
        return "jdbc:postgresql://%s:%d/%s".formatted(ALIAS, POSTGRESQL_PORT, getDatabaseName());
    }
}

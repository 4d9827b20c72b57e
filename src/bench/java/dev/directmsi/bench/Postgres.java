package dev.directmsi.bench;

import org.jspecify.annotations.Nullable;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.postgresql.PostgreSQLContainer;
import org.testcontainers.utility.DockerImageName;

/// The PostgreSQL to measure on: a given one, or one in a container.
///
/// @param container to be stopped, or null
record Postgres(Database database, @Nullable PostgreSQLContainer container)
        implements AutoCloseable {

    /// What `docker/images postgresql` builds.
    private static final String IMAGE = "direct-msi-postgresql";

    /// @param setting a JDBC URL, or `container` with an image after a colon if need be; empty for
    ///   a container of our image where there is one
    /// @return null where there is none
    static @Nullable Postgres from(String setting) {
        if (setting.isBlank()) {
            return hasImage() ? inContainer(IMAGE) : null;
        }
        if (setting.startsWith("container")) {
            return inContainer(setting.equals("container") ? IMAGE : setting.substring(10));
        }
        return new Postgres(Database.postgres(setting), null);
    }

    private static boolean hasImage() {
        var docker = DockerClientFactory.instance();
        return docker.isDockerAvailable()
                && !docker.client().listImagesCmd().withReferenceFilter(IMAGE).exec().isEmpty();
    }

    private static Postgres inContainer(String image) {
        var container =
                new PostgreSQLContainer(
                        DockerImageName.parse(image).asCompatibleSubstituteFor("postgres"));
        container.withCommand("postgres"); // Testcontainers would turn fsync off
        container.start();
        return new Postgres(
                new Database(
                        "PostgreSQL",
                        container.getJdbcUrl(),
                        container.getUsername(),
                        container.getPassword()),
                container);
    }

    @Override
    public void close() {
        if (container != null) {
            container.stop();
        }
    }
}

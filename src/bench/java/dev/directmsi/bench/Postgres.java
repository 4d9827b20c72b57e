package dev.directmsi.bench;

import org.jspecify.annotations.Nullable;
import org.testcontainers.postgresql.PostgreSQLContainer;
import org.testcontainers.utility.DockerImageName;

/// The PostgreSQL to measure on: a given one, or one in a container.
///
/// @param container to be stopped, or null
record Postgres(Database database, @Nullable PostgreSQLContainer container)
        implements AutoCloseable {

    /// @param setting empty, a JDBC URL, or `container` with an image after a colon if need be
    static @Nullable Postgres from(String setting) {
        if (setting.isBlank()) {
            return null;
        }
        if (!setting.startsWith("container")) {
            return new Postgres(Database.postgres(setting), null);
        }
        String image = setting.equals("container") ? "postgres:17" : setting.substring(10);
        var container =
                new PostgreSQLContainer(
                        DockerImageName.parse(image).asCompatibleSubstituteFor("postgres"));
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

package dev.directmsi.bench;

import java.nio.file.Path;
import java.util.List;

/// A database that the service is measured on.
///
/// @param name for the report
record Database(String name, String url, String user, String password) {

    static Database h2(Path directory) {
        return new Database(
                "H2",
                "jdbc:h2:file:"
                        + directory.toAbsolutePath().resolve("direct-msi")
                        + ";WRITE_DELAY=0;MAX_COMPACT_TIME=0;DB_CLOSE_ON_EXIT=FALSE",
                "sa",
                "");
    }

    /// @param url with user and password in it, if it needs them
    static Database postgres(String url) {
        return new Database("PostgreSQL", url, parameter(url, "user"), parameter(url, "password"));
    }

    private static String parameter(String url, String name) {
        int at = url.indexOf(name + "=");
        return at < 0 ? "" : url.substring(at + name.length() + 1).split("&", 2)[0];
    }

    List<String> arguments() {
        return List.of(
                "--spring.datasource.url=" + url,
                "--spring.datasource.username=" + user,
                "--spring.datasource.password=" + password);
    }
}

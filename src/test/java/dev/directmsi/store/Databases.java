package dev.directmsi.store;

import com.zaxxer.hikari.HikariDataSource;
import java.nio.file.Path;

/// Data sources as `application.yaml` would make them.
final class Databases {

    private Databases() {}

    static String h2Url(Path directory) {
        return "jdbc:h2:file:"
                + directory.resolve("store").toAbsolutePath()
                + ";WRITE_DELAY=0;MAX_COMPACT_TIME=0;DB_CLOSE_ON_EXIT=FALSE";
    }

    static HikariDataSource h2(Path directory) {
        return pool(h2Url(directory));
    }

    static HikariDataSource pool(String url) {
        H2Recovery.run(url);
        var pool = new HikariDataSource();
        pool.setJdbcUrl(url);
        pool.setUsername("sa");
        pool.setPassword("");
        pool.setMaximumPoolSize(16);
        pool.setMinimumIdle(1);
        return pool;
    }
}

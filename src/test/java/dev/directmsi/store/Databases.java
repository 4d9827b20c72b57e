package dev.directmsi.store;

import com.zaxxer.hikari.HikariDataSource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.core.env.PropertySource;
import org.springframework.core.io.ClassPathResource;

/// Data sources as `application.yaml` would make them.
final class Databases {

    private static final StoreSettings SETTINGS = settings();

    private Databases() {}

    private static StoreSettings settings() {
        try {
            List<PropertySource<?>> shipped =
                    new YamlPropertySourceLoader()
                            .load("shipped", new ClassPathResource("application.yaml"));
            return new Binder(ConfigurationPropertySources.from(shipped))
                    .bind("direct-msi.store", StoreSettings.class)
                    .get();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static String h2Url(Path directory) {
        return "jdbc:h2:file:"
                + directory.resolve("store").toAbsolutePath()
                + ";WRITE_DELAY=0;MAX_COMPACT_TIME=0;DB_CLOSE_ON_EXIT=FALSE";
    }

    static HikariDataSource h2(Path directory) {
        return pool(h2Url(directory));
    }

    static HikariDataSource pool(String url) {
        return pool(url, "sa", "");
    }

    static HikariDataSource pool(String url, String user, String password) {
        var pool = new HikariDataSource();
        pool.setJdbcUrl(url);
        pool.setUsername(user);
        pool.setPassword(password);
        pool.setMaximumPoolSize(16);
        pool.setMinimumIdle(1);
        pool.setConnectionTimeout(5_000);
        Connector.connect(pool, SETTINGS);
        return pool;
    }
}

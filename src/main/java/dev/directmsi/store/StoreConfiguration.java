package dev.directmsi.store;

import dev.directmsi.control.ContextStore;
import javax.sql.DataSource;
import org.springframework.boot.sql.init.dependency.DependsOnDatabaseInitialization;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/// Makes the store from the configured data source, after Flyway has made the schema.
@Configuration(proxyBeanMethods = false)
class StoreConfiguration {

    @Bean
    @DependsOnDatabaseInitialization
    ContextStore contextStore(DataSource dataSource) {
        return new JdbcContextStore(dataSource);
    }
}

package dev.directmsi.store;

import com.zaxxer.hikari.HikariDataSource;
import dev.directmsi.control.ContextStore;
import javax.sql.DataSource;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.sql.init.dependency.DependsOnDatabaseInitialization;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;

/// Makes the store from the configured data source, after Flyway has made the schema.
@Configuration(proxyBeanMethods = false)
class StoreConfiguration {

    @Bean
    @DependsOnDatabaseInitialization
    ContextStore contextStore(DataSource dataSource) {
        return new JdbcContextStore(dataSource);
    }

    /// Puts our connector under the pool, which connects when it is first asked to, and waits for
    /// the database.
    @Bean
    static BeanPostProcessor connectorOfThePool(Environment environment) {
        return new BeanPostProcessor() {
            @Override
            public Object postProcessAfterInitialization(Object bean, String name) {
                if (bean instanceof HikariDataSource pool && pool.getJdbcUrl() != null) {
                    Connector.connect(
                            pool,
                            Binder.get(environment)
                                    .bindOrCreate("direct-msi.store", StoreSettings.class));
                }
                return bean;
            }
        };
    }
}

package dev.directmsi.store;

import com.zaxxer.hikari.HikariDataSource;
import dev.directmsi.control.ContextStore;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.config.BeanPostProcessor;
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

    /// Recovers the file of an embedded database before anybody opens it: the pool connects when it
    /// is first asked to.
    @Bean
    static BeanPostProcessor recoveryBeforeFirstConnection() {
        return new BeanPostProcessor() {
            @Override
            public Object postProcessAfterInitialization(Object bean, String name) {
                if (bean instanceof HikariDataSource pool) {
                    @Nullable String url = pool.getJdbcUrl();
                    if (url != null) {
                        H2Recovery.run(url);
                    }
                }
                return bean;
            }
        };
    }
}

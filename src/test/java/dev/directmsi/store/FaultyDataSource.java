package dev.directmsi.store;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.springframework.jdbc.datasource.DelegatingDataSource;

/// A data source whose connections break where a test wants it.
final class FaultyDataSource extends DelegatingDataSource {

    /// Where the connection breaks.
    enum Fault {
        NONE,
        CONNECT,
        STATEMENT,
        BEFORE_COMMIT,
        AFTER_COMMIT
    }

    private volatile Fault fault = Fault.NONE;

    FaultyDataSource(DataSource target) {
        super(target);
    }

    /// Breaks from now on.
    void breakAt(Fault where) {
        fault = where;
    }

    @Override
    public Connection getConnection() throws SQLException {
        if (fault == Fault.CONNECT) {
            throw lost();
        }
        Connection connection = super.getConnection();
        return (Connection)
                Proxy.newProxyInstance(
                        getClass().getClassLoader(),
                        new Class<?>[] {Connection.class},
                        (_, method, arguments) -> {
                            String name = method.getName();
                            if (fault == Fault.STATEMENT && name.equals("prepareStatement")) {
                                throw lost();
                            }
                            if (fault == Fault.BEFORE_COMMIT && name.equals("commit")) {
                                connection.rollback();
                                throw lost();
                            }
                            try {
                                Object result = method.invoke(connection, arguments);
                                if (fault == Fault.AFTER_COMMIT && name.equals("commit")) {
                                    throw lost();
                                }
                                return result;
                            } catch (InvocationTargetException e) {
                                throw e.getCause();
                            }
                        });
    }

    private static SQLException lost() {
        // SQLSTATE class 08 is all that PostgreSQL's driver says about it.
        return new SQLException("the connection is lost", "08006");
    }
}

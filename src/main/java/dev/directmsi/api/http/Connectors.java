package dev.directmsi.api.http;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.catalina.connector.Connector;
import org.apache.coyote.ProtocolHandler;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.tomcat.TomcatProtocolHandlerCustomizer;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.util.LambdaSafe;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.core.Ordered;
import org.springframework.stereotype.Component;

/// Where the service listens: TCP, and a Unix socket if one is set.
@Component
class Connectors implements WebServerFactoryCustomizer<TomcatServletWebServerFactory>, Ordered {

    private static final Logger log = LoggerFactory.getLogger(Connectors.class);

    private final ApiSettings settings;
    private final List<StreamProtocol> protocols = new CopyOnWriteArrayList<>();

    Connectors(ApiSettings settings) {
        this.settings = settings;
    }

    /// After those of Spring Boot, whose settings hold for the Unix socket, too.
    @Override
    public int getOrder() {
        return Ordered.LOWEST_PRECEDENCE;
    }

    @Override
    public void customize(TomcatServletWebServerFactory factory) {
        factory.setProtocol(StreamProtocol.class.getName());
        factory.addConnectorCustomizers(
                connector -> protocols.add((StreamProtocol) connector.getProtocolHandler()));
        if (settings.unixSocket() != null) {
            var endpoint = new UnixEndpoint(settings.unixSocket(), settings.permissions());
            var connector = new Connector(new StreamProtocol(endpoint));
            connector.setPort(0); // none, but it must have one
            connector.setThrowOnFailure(true);
            connector.setProperty("bindOnInit", "false");
            factory.getConnectorCustomizers()
                    .forEach(customizer -> customizer.customize(connector));
            customize(factory, connector.getProtocolHandler());
            factory.addAdditionalConnectors(connector);
            log.info("also listens on {}", settings.unixSocket());
        }
    }

    @SuppressWarnings("unchecked") // as Spring Boot does it for its own connector
    private static void customize(TomcatServletWebServerFactory factory, ProtocolHandler protocol) {
        LambdaSafe.callbacks(
                        TomcatProtocolHandlerCustomizer.class,
                        factory.getProtocolHandlerCustomizers(),
                        protocol)
                .invoke(customizer -> customizer.customize(protocol));
    }

    /// Cuts a connection, by its id.
    void cut(String connectionId) {
        for (StreamProtocol protocol : protocols) {
            try {
                protocol.cut(connectionId);
            } catch (IOException e) {
                log.debug("a connection could not be closed", e);
            }
        }
    }
}

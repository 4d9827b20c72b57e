package dev.directmsi.api.http;

import java.io.IOException;
import java.util.Map;
import org.apache.catalina.Valve;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.core.StandardHost;
import org.apache.catalina.valves.ErrorReportValve;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.core.Ordered;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;

/// Makes problems of what Tomcat refuses before Spring sees it: a bad request line, headers that
/// are too large.
///
/// Tomcat would answer a page of HTML, with a stack trace in some cases.
@Component
class TomcatProblems implements WebServerFactoryCustomizer<TomcatServletWebServerFactory>, Ordered {

    /// After Spring Boot's own customizer, whose valve is replaced here.
    @Override
    public int getOrder() {
        return Ordered.LOWEST_PRECEDENCE;
    }

    @Override
    public void customize(TomcatServletWebServerFactory factory) {
        factory.addContextCustomizers(context -> {
            StandardHost host = (StandardHost) context.getParent();
            for (Valve valve : host.getPipeline().getValves()) {
                if (valve instanceof ErrorReportValve) {
                    host.getPipeline().removeValve(valve);
                }
            }
            host.setErrorReportValveClass(Report.class.getName());
        });
    }

    /// Writes the problem; made by Tomcat by its name, so it has nothing injected.
    public static final class Report extends ErrorReportValve {

        private static final JsonMapper JSON =
                JsonMapper.builder()
                        .changeDefaultPropertyInclusion(value ->
                                value.withValueInclusion(
                                        com.fasterxml.jackson.annotation.JsonInclude.Include
                                                .NON_NULL))
                        .build();

        @Override
        protected void report(Request request, Response response, @Nullable Throwable throwable) {
            if (response.getStatus() < 400
                    || response.getContentWritten() > 0
                    || !response.setErrorReported()) {
                return;
            }
            Problem problem =
                    Problem.ofStatus(response.getStatus(), request.getRequestURI(), Map.of());
            try {
                response.setStatus(problem.status());
                response.setContentType(Problem.MEDIA_TYPE);
                response.getOutputStream().write(JSON.writeValueAsBytes(problem));
                response.finishResponse();
            } catch (IOException e) {
                // the client is gone; nobody is left to be told
            }
        }
    }
}

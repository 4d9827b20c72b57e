package dev.directmsi.api.http;

import java.util.ArrayList;
import java.util.Objects;
import org.springframework.boot.webmvc.autoconfigure.WebMvcRegistrations;
import org.springframework.stereotype.Component;
import org.springframework.web.method.support.HandlerMethodArgumentResolver;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerAdapter;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;

/// Has requests routed by {@link Routes} and the ids in their paths read by {@link PathIds}.
@Component
class Routing implements WebMvcRegistrations {

    @Override
    public RequestMappingHandlerMapping getRequestMappingHandlerMapping() {
        return new Routes();
    }

    @Override
    public RequestMappingHandlerAdapter getRequestMappingHandlerAdapter() {
        return new RequestMappingHandlerAdapter() {
            @Override
            public void afterPropertiesSet() {
                super.afterPropertiesSet();
                // Before Spring's own, which take what they can.
                var resolvers = new ArrayList<HandlerMethodArgumentResolver>();
                resolvers.add(new PathIds());
                resolvers.addAll(Objects.requireNonNull(getArgumentResolvers()));
                setArgumentResolvers(resolvers);
            }
        };
    }
}

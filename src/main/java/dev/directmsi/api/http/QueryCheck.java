package dev.directmsi.api.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.directmsi.iommufd.Reason;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.MethodParameter;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.servlet.HandlerInterceptor;
import org.springframework.web.servlet.config.annotation.InterceptorRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;
import org.springframework.web.util.UriComponentsBuilder;
import org.springframework.web.util.UriUtils;

/// Refuses query parameters that an operation does not know, and repeated ones, as unknown JSON
/// properties are.
///
/// Otherwise `?validateonly=true` would do what it was meant to try.
@Configuration(proxyBeanMethods = false)
class QueryCheck implements WebMvcConfigurer, HandlerInterceptor {

    private final Map<HandlerMethod, Set<String>> known = new ConcurrentHashMap<>();

    @Override
    public void addInterceptors(InterceptorRegistry registry) {
        registry.addInterceptor(this).addPathPatterns("/v1/**");
    }

    @Override
    public boolean preHandle(
            HttpServletRequest request, HttpServletResponse response, Object handler) {
        if (handler instanceof HandlerMethod method && request.getQueryString() != null) {
            Set<String> names = known.computeIfAbsent(method, QueryCheck::namesOf);
            // Not getParameterMap: that would hold the fields of a multipart body, too.
            UriComponentsBuilder.newInstance()
                    .query(request.getQueryString())
                    .build()
                    .getQueryParams()
                    .forEach((name, values) -> check(names, UriUtils.decode(name, UTF_8), values));
        }
        return true;
    }

    private static void check(Set<String> names, String name, List<String> values) {
        if (!names.contains(name)) {
            throw Reason.UNKNOWN_PROPERTY
                    .refusal("problem", "query parameter '" + name + "' is not known")
                    .with("known", names);
        }
        if (values.size() > 1) {
            throw Reason.MALFORMED_REQUEST.refusal(
                    "problem", "query parameter '" + name + "' is given twice");
        }
    }

    private static Set<String> namesOf(HandlerMethod method) {
        Set<String> names =
                Arrays.stream(method.getMethodParameters())
                        .map(QueryCheck::nameOf)
                        .filter(name -> name != null)
                        .collect(Collectors.toCollection(TreeSet::new));
        if (Mutations.isMutation(method.getMethod())) {
            names.add(Mutations.VALIDATE_ONLY);
        }
        return names;
    }

    private static @Nullable String nameOf(MethodParameter parameter) {
        RequestParam annotation = parameter.getParameterAnnotation(RequestParam.class);
        if (annotation == null) {
            return null;
        }
        return annotation.name().isEmpty() ? parameter.getParameter().getName() : annotation.name();
    }
}

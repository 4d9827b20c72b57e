package dev.directmsi.api.http;

import dev.directmsi.api.wire.WireFormats;
import dev.directmsi.iommufd.ContextId;
import dev.directmsi.iommufd.object.ObjectId;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.core.MethodParameter;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.support.WebDataBinderFactory;
import org.springframework.web.context.request.NativeWebRequest;
import org.springframework.web.context.request.RequestAttributes;
import org.springframework.web.method.annotation.MethodArgumentTypeMismatchException;
import org.springframework.web.method.support.HandlerMethodArgumentResolver;
import org.springframework.web.method.support.ModelAndViewContainer;
import org.springframework.web.servlet.HandlerMapping;

/// Reads the ids in a path, as nearly every request has them. Spring's way, by a binder and its
/// conversion service for each, took 8 % of a read.
class PathIds implements HandlerMethodArgumentResolver {

    @Override
    public boolean supportsParameter(MethodParameter parameter) {
        Class<?> type = parameter.getParameterType();
        return parameter.hasParameterAnnotation(PathVariable.class)
                && (type == ContextId.class || type == ObjectId.class);
    }

    @Override
    public @Nullable Object resolveArgument(
            MethodParameter parameter,
            @Nullable ModelAndViewContainer container,
            NativeWebRequest request,
            @Nullable WebDataBinderFactory binders) {
        String name = String.valueOf(parameter.getParameterName());
        String text = variable(request, name);
        Class<?> type = parameter.getParameterType();
        try {
            return type == ContextId.class
                    ? WireFormats.contextId(text)
                    : WireFormats.objectId(text);
        } catch (IllegalArgumentException e) {
            throw new MethodArgumentTypeMismatchException(text, type, name, parameter, e);
        }
    }

    private static String variable(NativeWebRequest request, String name) {
        Object variables =
                request.getAttribute(
                        HandlerMapping.URI_TEMPLATE_VARIABLES_ATTRIBUTE,
                        RequestAttributes.SCOPE_REQUEST);
        if (variables instanceof Map<?, ?> map && map.get(name) instanceof String text) {
            return text;
        }
        throw new IllegalStateException("the route has no variable " + name);
    }
}

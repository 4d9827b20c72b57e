package dev.directmsi.api.http;

import jakarta.servlet.http.HttpServletRequest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.http.server.PathContainer;
import org.springframework.http.server.PathContainer.PathSegment;
import org.springframework.util.StringUtils;
import org.springframework.web.bind.annotation.RequestMethod;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.servlet.mvc.method.RequestMappingInfo;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;
import org.springframework.web.util.ServletRequestPathUtils;

/// Finds the method that a request is for by the segments of its path.
///
/// Spring compares a path that has variables with every pattern there is, which took a third of a
/// read. Where one method is left, it is asked whether it takes the request; whatever else there
/// is, and every refusal, is left to Spring.
class Routes extends RequestMappingHandlerMapping {

    /// A route and its method.
    private record Route(RequestMappingInfo info, HandlerMethod method, Set<String> verbs) {

        static Route of(RequestMappingInfo info, HandlerMethod method) {
            return new Route(
                    info,
                    method,
                    info.getMethodsCondition().getMethods().stream()
                            .map(RequestMethod::name)
                            .collect(Collectors.toUnmodifiableSet()));
        }
    }

    /// What a path can go on with.
    private static final class Node {
        private final Map<String, Node> literals = new HashMap<>();
        private @Nullable Node variable;
        private final List<Route> ends = new ArrayList<>();

        Node next(String segment) {
            if (!segment.startsWith("{")) {
                return literals.computeIfAbsent(segment, _ -> new Node());
            }
            if (variable == null) {
                variable = new Node();
            }
            return variable;
        }

        /// Adds every route that the segments from `index` on lead to.
        void collect(List<String> segments, int index, List<Route> found) {
            if (index == segments.size()) {
                found.addAll(ends);
                return;
            }
            Node literal = literals.get(segments.get(index));
            if (literal != null) {
                literal.collect(segments, index + 1, found);
            }
            if (variable != null) {
                variable.collect(segments, index + 1, found);
            }
        }
    }

    private final Node root = new Node();

    /// Routes whose pattern is made of more than plain segments.
    private final List<Route> wild = new ArrayList<>();

    @Override
    public void afterPropertiesSet() {
        super.afterPropertiesSet();
        getHandlerMethods()
                .forEach((info, method) -> {
                    for (String pattern : info.getPatternValues()) {
                        add(pattern, Route.of(info, method));
                    }
                });
    }

    private void add(String pattern, Route route) {
        Node node = root;
        for (String segment : StringUtils.tokenizeToStringArray(pattern, "/")) {
            if (!segment.matches("[^{}*?]+|\\{[A-Za-z]+}")) {
                wild.add(route);
                return;
            }
            node = node.next(segment);
        }
        node.ends.add(route);
    }

    @Override
    protected @Nullable HandlerMethod lookupHandlerMethod(String path, HttpServletRequest request)
            throws Exception {
        Route only = onlyRoute(request);
        RequestMappingInfo match = only == null ? null : getMatchingMapping(only.info(), request);
        if (only == null || match == null || isWild(request)) {
            return super.lookupHandlerMethod(path, request);
        }
        request.setAttribute(BEST_MATCHING_HANDLER_ATTRIBUTE, only.method());
        handleMatch(match, path, request);
        return only.method();
    }

    private boolean isWild(HttpServletRequest request) {
        return wild.stream().anyMatch(route -> getMatchingMapping(route.info(), request) != null);
    }

    /// The route for a path and method; null where there is none, or more than one.
    private @Nullable Route onlyRoute(HttpServletRequest request) {
        var segments = new ArrayList<String>();
        for (PathContainer.Element element :
                ServletRequestPathUtils.getParsedRequestPath(request)
                        .pathWithinApplication()
                        .elements()) {
            if (element instanceof PathSegment segment) {
                segments.add(segment.valueToMatch());
            }
        }
        var found = new ArrayList<Route>();
        root.collect(segments, 0, found);
        String method = request.getMethod();
        Route only = null;
        for (Route route : found) {
            if (route.verbs().contains(method)) {
                if (only != null) {
                    return null;
                }
                only = route;
            }
        }
        return only;
    }
}

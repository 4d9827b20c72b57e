package dev.directmsi.api.http;

import dev.directmsi.control.Answer;
import dev.directmsi.control.ControlPlane;
import dev.directmsi.control.Guard;
import dev.directmsi.control.Outcome;
import dev.directmsi.iommufd.Command;
import dev.directmsi.iommufd.ContextId;
import dev.directmsi.iommufd.ContextView;
import jakarta.servlet.http.HttpServletRequest;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiFunction;
import java.util.function.BiPredicate;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.stereotype.Component;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestMethod;
import tools.jackson.databind.json.JsonMapper;

/// The one way by which a request changes something.
///
/// Takes from the request what guards it, lets the control plane run the operation, and sends the
/// bytes that were rendered for it: before the commit, once, so that a repeat under the same key
/// gets the very same answer.
@Component
public class Mutations {

    /// The query parameter that makes any mutation a dry run.
    public static final String VALIDATE_ONLY = "validateOnly";

    private static final String IOCTL = Mutations.class.getName() + ".ioctl";

    private final ControlPlane plane;
    private final ChangeView changes;
    private final JsonMapper json;
    private final HttpServletRequest request;

    Mutations(ControlPlane plane, ChangeView changes, JsonMapper json, HttpServletRequest request) {
        this.plane = plane;
        this.changes = changes;
        this.json = json;
        this.request = request;
    }

    /// Whether a controller method goes through here.
    public static boolean isMutation(Method method) {
        RequestMapping mapping =
                AnnotatedElementUtils.findMergedAnnotation(method, RequestMapping.class);
        return mapping != null
                && !Arrays.asList(mapping.method()).contains(RequestMethod.GET)
                && !method.isAnnotationPresent(Reading.class);
    }

    /// The kernel command that the request came to run, if it came that far.
    static @Nullable String ioctlOf(HttpServletRequest request) {
        return (String) request.getAttribute(IOCTL);
    }

    /// Names the kernel command of a request, for the problem that may follow.
    static void noteIoctl(HttpServletRequest request, String ioctl) {
        request.setAttribute(IOCTL, ioctl);
    }

    /// Creates: 201 with the address of what was made.
    ///
    /// @param path of the new resource, below its context
    public <R, X> ResponseEntity<X> create(
            ContextId context, Command<R> command, Show<R, X> show, Function<X, String> path) {
        return execute(
                context,
                command,
                show,
                (response, headers) -> {
                    headers.put(
                            HttpHeaders.LOCATION,
                            "/v1/contexts/" + context + "/" + path.apply(response));
                    return HttpStatus.CREATED;
                });
    }

    /// Creates or changes what the request's own path names: 201 or 200.
    ///
    /// @param existed whether the response shows something that was there before
    public <R, X> ResponseEntity<X> put(
            ContextId context,
            Command<R> command,
            Show<R, X> show,
            BiPredicate<R, ContextView> existed) {
        var before = new AtomicBoolean();
        return execute(
                context,
                command,
                (reply, view) -> {
                    before.set(existed.test(reply, view));
                    return show.of(reply, view);
                },
                (_, headers) -> {
                    if (!before.get()) {
                        headers.put(HttpHeaders.LOCATION, request.getRequestURI());
                    }
                    return before.get() ? HttpStatus.OK : HttpStatus.CREATED;
                });
    }

    /// Changes: 200 with the result.
    public <R, X> ResponseEntity<X> change(ContextId context, Command<R> command, Show<R, X> show) {
        return execute(context, command, show, (_, _) -> HttpStatus.OK);
    }

    /// Removes: 204.
    public <R> ResponseEntity<Void> remove(ContextId context, Command<R> command) {
        return execute(
                context, command, (_, _) -> Nothing.NOTHING, (_, _) -> HttpStatus.NO_CONTENT);
    }

    private <R, S, X> ResponseEntity<X> execute(
            ContextId context,
            Command<R> command,
            Show<R, S> show,
            BiFunction<S, Map<String, String>, HttpStatus> head) {
        noteIoctl(request, command.ioctl());
        return run((guard, render) ->
                plane.execute(
                        context,
                        new Shown<>(command, show, changes::of, guard.validateOnly()),
                        guard,
                        (presented, revision) -> {
                            var headers = new LinkedHashMap<String, String>();
                            headers.put(HttpHeaders.ETAG, tag(Long.toString(revision)));
                            HttpStatus status = head.apply(presented.response(), headers);
                            return render.apply(status, headers, presented.response());
                        }));
    }

    /// An operation that is not a command on a context.
    @FunctionalInterface
    public interface Operation {
        Outcome<?> run(Guard guard, Render render);
    }

    /// Renders an answer.
    @FunctionalInterface
    public interface Render {
        Answer apply(HttpStatus status, Map<String, String> headers, @Nullable Object response);
    }

    /// Runs any operation of the control plane with the guards of the request.
    public <X> ResponseEntity<X> run(Operation operation) {
        return switch (operation.run(Guards.of(request), this::render)) {
            case Outcome.Done<?> done -> send(done.answer());
            case Outcome.Repeated<?> repeated -> send(repeated.answer());
            case Outcome.Validated<?> validated -> send(render(validated));
        };
    }

    /// An entity tag.
    public static String tag(String state) {
        return '"' + state + '"';
    }

    private Answer render(
            HttpStatus status, Map<String, String> headers, @Nullable Object response) {
        if (response == null || response == Nothing.NOTHING) {
            return new Answer(status.value(), headers, new byte[0]);
        }
        headers.put(HttpHeaders.CONTENT_TYPE, MediaType.APPLICATION_JSON_VALUE);
        return new Answer(status.value(), headers, json.writeValueAsBytes(response));
    }

    private Answer render(Outcome.Validated<?> validated) {
        Answer real = validated.answer();
        Validation validation =
                new Validation(
                        validated.revision(),
                        real.status(),
                        real.body().length == 0 ? null : json.readTree(real.body()),
                        validated.reply() instanceof Shown.Presented<?> presented
                                ? presented.planned()
                                : List.of());
        return new Answer(
                HttpStatus.OK.value(),
                Map.of(HttpHeaders.CONTENT_TYPE, Validation.MEDIA_TYPE),
                json.writeValueAsBytes(validation));
    }

    /// The declared type is what the bytes were rendered from; it is declared so that the API
    /// document shows it.
    @SuppressWarnings("unchecked")
    private static <X> ResponseEntity<X> send(Answer answer) {
        ResponseEntity.BodyBuilder response = ResponseEntity.status(answer.status());
        answer.headers().forEach(response::header);
        return (ResponseEntity<X>)
                (answer.body().length == 0 ? response.build() : response.body(answer.body()));
    }

    /// The response of an operation that answers none: a reply cannot be null.
    private enum Nothing {
        NOTHING
    }
}

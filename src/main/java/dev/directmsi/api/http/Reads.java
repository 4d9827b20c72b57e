package dev.directmsi.api.http;

import dev.directmsi.api.wire.Limit;
import dev.directmsi.api.wire.ListOf;
import dev.directmsi.control.ControlPlane;
import dev.directmsi.iommufd.Change;
import dev.directmsi.iommufd.Command;
import dev.directmsi.iommufd.ContextId;
import dev.directmsi.iommufd.ContextView;
import dev.directmsi.iommufd.Decision;
import dev.directmsi.iommufd.object.IommufdObject;
import dev.directmsi.iommufd.object.ObjectId;
import jakarta.servlet.http.HttpServletRequest;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;

/// The one way by which a request reads a context: at one revision, which is the entity tag of the
/// answer.
@Component
public class Reads {

    private final ControlPlane plane;
    private final JsonMapper json;
    private final HttpServletRequest request;

    Reads(ControlPlane plane, JsonMapper json, HttpServletRequest request) {
        this.plane = plane;
        this.json = json;
        this.request = request;
    }

    private record Seen<X>(long revision, X response) {}

    /// Reads a context; 304 where the client has this revision already.
    public <X> ResponseEntity<X> of(ContextId context, Function<ContextView, X> query) {
        Seen<X> seen = plane.read(context, view -> new Seen<>(view.revision(), query.apply(view)));
        return tagged(Long.toString(seen.revision()), seen.response());
    }

    /// The same for a query that is a kernel command.
    public <X> ResponseEntity<X> of(
            ContextId context, String ioctl, Function<ContextView, X> query) {
        Mutations.noteIoctl(request, ioctl);
        return of(context, query);
    }

    /// The same for a command that changes nothing.
    public <R, X> ResponseEntity<X> of(ContextId context, Command<R> command, Show<R, X> show) {
        return of(
                context,
                command.ioctl(),
                view ->
                        switch (command.decide(view)) {
                            case Decision.Accepted<R>(R reply, List<Change> changes)
                                    when changes.isEmpty() ->
                                    show.of(reply, view);
                            case Decision<R> decision ->
                                    throw new IllegalStateException(
                                            command.ioctl()
                                                    + " would change "
                                                    + decision.changes());
                        });
    }

    /// The objects of a type, by id.
    public <T extends IommufdObject, X> ResponseEntity<ListOf<X>> list(
            ContextId context, Class<T> type, Limit limit, ObjectId cursor, Show<T, X> show) {
        return of(
                context,
                view ->
                        ListOf.of(
                                view.all(type).stream()
                                        .filter(object -> object.id().compareTo(cursor) >= 0)
                                        .iterator(),
                                limit,
                                object -> show.of(object, view),
                                object -> object.id().toString()));
    }

    /// Answers `body` with the entity tag of `state`; Spring makes a 304 of it where the client has
    /// that.
    ///
    /// Rendered here, since what is written through Spring's converter has no length and travels in
    /// chunks; declared as what it was rendered from, so that the API document shows it.
    @SuppressWarnings("unchecked")
    public <X> ResponseEntity<X> tagged(String state, @Nullable X body) {
        boolean isRaw = body instanceof byte[];
        ResponseEntity.BodyBuilder response =
                ResponseEntity.ok()
                        .eTag(Mutations.tag(state))
                        .contentType(
                                isRaw
                                        ? MediaType.APPLICATION_OCTET_STREAM
                                        : MediaType.APPLICATION_JSON);
        return (ResponseEntity<X>)
                (body == null
                        ? response.build()
                        : response.body(isRaw ? body : json.writeValueAsBytes(body)));
    }
}

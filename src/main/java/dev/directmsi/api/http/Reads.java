package dev.directmsi.api.http;

import dev.directmsi.control.ControlPlane;
import dev.directmsi.iommufd.ContextId;
import dev.directmsi.iommufd.ContextView;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.stereotype.Component;
import org.springframework.web.context.request.ServletWebRequest;

/// The one way by which a request reads a context: at one revision, which is the entity tag of the
/// answer.
@Component
public class Reads {

    private final ControlPlane plane;
    private final HttpServletRequest request;
    private final HttpServletResponse response;

    Reads(ControlPlane plane, HttpServletRequest request, HttpServletResponse response) {
        this.plane = plane;
        this.request = request;
        this.response = response;
    }

    private record Seen<X>(long revision, X response) {}

    /// Reads a context; 304 where the client has this revision already.
    public <X> ResponseEntity<X> of(ContextId context, Function<ContextView, X> query) {
        Seen<X> seen = plane.read(context, view -> new Seen<>(view.revision(), query.apply(view)));
        return tagged(Long.toString(seen.revision()), seen.response());
    }

    /// The same for a query that a kernel command asks, too.
    public <X> ResponseEntity<X> of(
            ContextId context, String ioctl, Function<ContextView, X> query) {
        Mutations.noteIoctl(request, ioctl);
        return of(context, query);
    }

    /// Answers `body` with the entity tag of `state`, or 304 where the client has it.
    public <X> ResponseEntity<X> tagged(String state, @Nullable X body) {
        String tag = Mutations.tag(state);
        if (new ServletWebRequest(request, response).checkNotModified(tag)) {
            return ResponseEntity.status(HttpStatus.NOT_MODIFIED).eTag(tag).build();
        }
        MediaType type =
                body instanceof byte[]
                        ? MediaType.APPLICATION_OCTET_STREAM
                        : MediaType.APPLICATION_JSON;
        return ResponseEntity.ok().eTag(tag).contentType(type).body(body);
    }
}

package dev.directmsi.api.events;

import dev.directmsi.control.ControlPlane;
import dev.directmsi.control.Subscription;
import dev.directmsi.iommufd.ContextId;
import dev.directmsi.iommufd.Reason;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/// The stream of a context's commits.
@RestController
@RequestMapping("/v1/contexts/{ctx}/events")
@Tag(name = "contexts")
class EventController {

    private static final String LAST_EVENT_ID = "Last-Event-ID";

    private final ControlPlane plane;
    private final EventStream stream;

    EventController(ControlPlane plane, EventStream stream) {
        this.plane = plane;
        this.stream = stream;
    }

    @GetMapping(produces = MediaType.TEXT_EVENT_STREAM_VALUE)
    @Operation(
            operationId = "followContext",
            summary = "Follows the commits of a context: server-sent events, one per revision",
            description =
                    "Gap-free, in order and without repetition, whichever replica commits. The id of an event is the revision,"
                            + " its data a ContextEvent. The stream begins after the revision in Last-Event-ID, else after that in"
                            + " `after`, else at the current one; its first event, SUBSCRIBED, says which. The last 10,000 revisions are"
                            + " kept: where older ones are asked for, LOST_EVENTS says which are missing, and the stream goes on with the"
                            + " first that is there. CLOSED is the last event of a context that is closed; its stream can be resumed for"
                            + " ten more minutes. When a stream ends without CLOSED, resume it.")
    @ApiResponse(
            responseCode = "200",
            description = "The stream",
            content =
                    @Content(
                            mediaType = MediaType.TEXT_EVENT_STREAM_VALUE,
                            schema = @Schema(implementation = ContextEvent.class)))
    void follow(
            @PathVariable ContextId ctx,
            @Parameter(
                            description =
                                    "The id of the last event that the client has; goes before after.")
                    @RequestHeader(name = LAST_EVENT_ID, required = false)
                    @Nullable Long lastEventId,
            @Parameter(
                            description =
                                    "The revision that the client knows, such as an ETag shows it.")
                    @RequestParam(required = false)
                    @Nullable Long after,
            HttpServletRequest request,
            HttpServletResponse response) {
        Long position =
                lastEventId == null ? checked("after", after) : checked(LAST_EVENT_ID, lastEventId);
        try (Subscription subscription = plane.subscribe(ctx, position)) {
            stream.send(subscription, request, response);
        }
    }

    private static @Nullable Long checked(String name, @Nullable Long revision) {
        if (revision != null && revision < 0) {
            throw Reason.MALFORMED_REQUEST.refusal(
                    "problem", name + " is a revision, not negative");
        }
        return revision;
    }
}

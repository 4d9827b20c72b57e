package dev.directmsi.api.viommu;

import dev.directmsi.api.http.Mutations;
import dev.directmsi.api.http.Reads;
import dev.directmsi.api.wire.EventResponse;
import dev.directmsi.api.wire.Limit;
import dev.directmsi.api.wire.ListOf;
import dev.directmsi.api.wire.U32;
import dev.directmsi.iommufd.ContextId;
import dev.directmsi.iommufd.Reason;
import dev.directmsi.iommufd.command.CloseHandle;
import dev.directmsi.iommufd.command.ReadVevents;
import dev.directmsi.iommufd.object.ObjectId;
import dev.directmsi.iommufd.object.Veventq;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/// Queues of hardware events for guests.
@RestController
@RequestMapping(path = "/v1/contexts/{ctx}/veventqs", produces = MediaType.APPLICATION_JSON_VALUE)
@Tag(name = "veventqs", description = "Queues of hardware events for guests")
class VeventqController {

    private final Mutations mutations;
    private final Reads reads;

    VeventqController(Mutations mutations, Reads reads) {
        this.mutations = mutations;
        this.reads = reads;
    }

    @PostMapping(consumes = MediaType.APPLICATION_JSON_VALUE)
    @Operation(
            operationId = "allocVeventq",
            summary = "IOMMU_VEVENTQ_ALLOC: makes a queue for a guest's hardware events")
    @ApiResponse(responseCode = "201", description = "Made")
    ResponseEntity<VeventqResponse> alloc(
            @PathVariable ContextId ctx, @RequestBody VeventqAllocRequest body) {
        return mutations.create(
                ctx, body.toCommand(), VeventqResponse::of, made -> "veventqs/" + made.id());
    }

    @GetMapping
    @Operation(operationId = "listVeventqs", summary = "Lists the vEVENTQs, by id")
    ResponseEntity<ListOf<VeventqResponse>> list(
            @PathVariable ContextId ctx,
            @RequestParam(defaultValue = "" + Limit.DEFAULT) Limit limit,
            @RequestParam(defaultValue = "0") ObjectId cursor) {
        return reads.list(ctx, Veventq.class, limit, cursor, VeventqResponse::of);
    }

    @GetMapping("/{id}")
    @Operation(operationId = "getVeventq", summary = "Shows a vEVENTQ")
    ResponseEntity<VeventqResponse> get(@PathVariable ContextId ctx, @PathVariable ObjectId id) {
        return reads.of(
                ctx,
                view ->
                        VeventqResponse.of(
                                view.require(id, Veventq.class, Reason.VEVENTQ_NOT_FOUND), view));
    }

    @PostMapping(path = "/{id}/events/read", consumes = MediaType.APPLICATION_JSON_VALUE)
    @Operation(operationId = "readEvents", summary = "read(): takes events, oldest first")
    ResponseEntity<EventsResponse> read(
            @PathVariable ContextId ctx,
            @PathVariable ObjectId id,
            @RequestBody ReadEventsRequest body) {
        return mutations.change(
                ctx,
                new ReadVevents(id, body.count().unsigned()),
                (events, _) -> EventsResponse.of(events));
    }

    @GetMapping("/{id}/events")
    @Operation(
            operationId = "listEvents",
            summary = "Lists the events that wait, without taking them")
    ResponseEntity<ListOf<EventResponse>> events(
            @PathVariable ContextId ctx,
            @PathVariable ObjectId id,
            @RequestParam(defaultValue = "" + Limit.DEFAULT) Limit limit,
            @RequestParam(defaultValue = "0") U32 cursor) {
        return reads.of(
                ctx,
                view ->
                        ListOf.of(
                                ReadVevents.peek(view, id).stream()
                                        .filter(event -> event.sequence() >= cursor.unsigned())
                                        .iterator(),
                                limit,
                                EventsResponse::show,
                                event -> Long.toString(event.sequence())));
    }

    @DeleteMapping("/{id}/handle")
    @Operation(
            operationId = "closeVeventq",
            summary = "close(): closes the queue's file descriptor, which holds the object")
    @ApiResponse(responseCode = "204", description = "Closed")
    ResponseEntity<Void> closeHandle(@PathVariable ContextId ctx, @PathVariable ObjectId id) {
        return mutations.remove(ctx, new CloseHandle(id));
    }
}

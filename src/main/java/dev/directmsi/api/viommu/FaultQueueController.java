package dev.directmsi.api.viommu;

import dev.directmsi.api.http.Mutations;
import dev.directmsi.api.http.Reads;
import dev.directmsi.api.wire.Limit;
import dev.directmsi.api.wire.ListOf;
import dev.directmsi.iommufd.ContextId;
import dev.directmsi.iommufd.Reason;
import dev.directmsi.iommufd.command.CloseHandle;
import dev.directmsi.iommufd.object.FaultQueue;
import dev.directmsi.iommufd.object.ObjectId;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;
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

/// Queues of page requests.
@RestController
@RequestMapping(
        path = "/v1/contexts/{ctx}/fault-queues",
        produces = MediaType.APPLICATION_JSON_VALUE)
@Tag(name = "fault-queues", description = "Queues of page requests")
class FaultQueueController {

    private final Mutations mutations;
    private final Reads reads;

    FaultQueueController(Mutations mutations, Reads reads) {
        this.mutations = mutations;
        this.reads = reads;
    }

    @PostMapping(consumes = MediaType.APPLICATION_JSON_VALUE)
    @Operation(
            operationId = "allocFaultQueue",
            summary = "IOMMU_FAULT_QUEUE_ALLOC: makes a queue for page requests")
    @ApiResponse(responseCode = "201", description = "Made")
    ResponseEntity<FaultQueueResponse> alloc(
            @PathVariable ContextId ctx,
            @RequestBody(required = false) @Nullable FaultQueueAllocRequest body) {
        FaultQueueAllocRequest request = body == null ? FaultQueueAllocRequest.EMPTY : body;
        return mutations.create(
                ctx,
                request.toCommand(),
                FaultQueueResponse::of,
                made -> "fault-queues/" + made.id());
    }

    @GetMapping
    @Operation(operationId = "listFaultQueues", summary = "Lists the fault queues, by id")
    ResponseEntity<ListOf<FaultQueueResponse>> list(
            @PathVariable ContextId ctx,
            @RequestParam(defaultValue = "" + Limit.DEFAULT) Limit limit,
            @RequestParam(defaultValue = "0") ObjectId cursor) {
        return reads.list(ctx, FaultQueue.class, limit, cursor, FaultQueueResponse::of);
    }

    @GetMapping("/{id}")
    @Operation(operationId = "getFaultQueue", summary = "Shows a fault queue")
    ResponseEntity<FaultQueueResponse> get(@PathVariable ContextId ctx, @PathVariable ObjectId id) {
        return reads.of(
                ctx,
                view ->
                        FaultQueueResponse.of(
                                view.require(id, FaultQueue.class, Reason.FAULT_QUEUE_NOT_FOUND),
                                view));
    }

    @DeleteMapping("/{id}/handle")
    @Operation(
            operationId = "closeFaultQueue",
            summary = "close(): closes the queue's file descriptor, which holds the object")
    @ApiResponse(responseCode = "204", description = "Closed")
    ResponseEntity<Void> closeHandle(@PathVariable ContextId ctx, @PathVariable ObjectId id) {
        return mutations.remove(ctx, new CloseHandle(id));
    }
}

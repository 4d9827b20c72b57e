package dev.directmsi.api.viommu;

import dev.directmsi.api.http.Mutations;
import dev.directmsi.api.http.Reads;
import dev.directmsi.api.wire.Limit;
import dev.directmsi.api.wire.ListOf;
import dev.directmsi.iommufd.ContextId;
import dev.directmsi.iommufd.Reason;
import dev.directmsi.iommufd.object.HwQueue;
import dev.directmsi.iommufd.object.ObjectId;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/// Queues in guest memory that hardware reads by itself.
@RestController
@RequestMapping(path = "/v1/contexts/{ctx}/hw-queues", produces = MediaType.APPLICATION_JSON_VALUE)
@Tag(name = "hw-queues", description = "Queues in guest memory that hardware reads by itself")
class HwQueueController {

    private final Mutations mutations;
    private final Reads reads;

    HwQueueController(Mutations mutations, Reads reads) {
        this.mutations = mutations;
        this.reads = reads;
    }

    @PostMapping(consumes = MediaType.APPLICATION_JSON_VALUE)
    @Operation(
            operationId = "allocHwQueue",
            summary = "IOMMU_HW_QUEUE_ALLOC: gives a vIOMMU a queue in guest memory",
            description =
                    "Takes two object ids, its own and one of which nobody is told. The mappings that it lies in cannot"
                            + " be unmapped until it is destroyed.")
    @ApiResponse(responseCode = "201", description = "Made")
    ResponseEntity<HwQueueResponse> alloc(
            @PathVariable ContextId ctx, @RequestBody HwQueueAllocRequest body) {
        return mutations.create(
                ctx, body.toCommand(), HwQueueResponse::of, made -> "hw-queues/" + made.id());
    }

    @GetMapping
    @Operation(operationId = "listHwQueues", summary = "Lists the hardware queues, by id")
    ResponseEntity<ListOf<HwQueueResponse>> list(
            @PathVariable ContextId ctx,
            @RequestParam(defaultValue = "" + Limit.DEFAULT) Limit limit,
            @RequestParam(defaultValue = "0") ObjectId cursor) {
        return reads.list(ctx, HwQueue.class, limit, cursor, HwQueueResponse::of);
    }

    @GetMapping("/{id}")
    @Operation(operationId = "getHwQueue", summary = "Shows a hardware queue")
    ResponseEntity<HwQueueResponse> get(@PathVariable ContextId ctx, @PathVariable ObjectId id) {
        return reads.of(
                ctx,
                view ->
                        HwQueueResponse.of(
                                view.require(id, HwQueue.class, Reason.HW_QUEUE_NOT_FOUND), view));
    }
}

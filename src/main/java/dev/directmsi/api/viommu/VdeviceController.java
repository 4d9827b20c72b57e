package dev.directmsi.api.viommu;

import dev.directmsi.api.http.Mutations;
import dev.directmsi.api.http.Reads;
import dev.directmsi.api.wire.Limit;
import dev.directmsi.api.wire.ListOf;
import dev.directmsi.iommufd.ContextId;
import dev.directmsi.iommufd.Reason;
import dev.directmsi.iommufd.object.ObjectId;
import dev.directmsi.iommufd.object.Vdevice;
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

/// Virtual identities of devices.
@RestController
@RequestMapping(path = "/v1/contexts/{ctx}/vdevices", produces = MediaType.APPLICATION_JSON_VALUE)
@Tag(name = "vdevices", description = "Virtual identities of devices at a vIOMMU")
class VdeviceController {

    private final Mutations mutations;
    private final Reads reads;

    VdeviceController(Mutations mutations, Reads reads) {
        this.mutations = mutations;
        this.reads = reads;
    }

    @PostMapping(consumes = MediaType.APPLICATION_JSON_VALUE)
    @Operation(
            operationId = "allocVdevice",
            summary = "IOMMU_VDEVICE_ALLOC: gives a device its virtual StreamID")
    @ApiResponse(responseCode = "201", description = "Made")
    ResponseEntity<VdeviceResponse> alloc(
            @PathVariable ContextId ctx, @RequestBody VdeviceAllocRequest body) {
        return mutations.create(
                ctx, body.toCommand(), VdeviceResponse::of, made -> "vdevices/" + made.id());
    }

    @GetMapping
    @Operation(operationId = "listVdevices", summary = "Lists the vDEVICEs, by id")
    ResponseEntity<ListOf<VdeviceResponse>> list(
            @PathVariable ContextId ctx,
            @RequestParam(defaultValue = "" + Limit.DEFAULT) Limit limit,
            @RequestParam(defaultValue = "0") ObjectId cursor) {
        return reads.list(ctx, Vdevice.class, limit, cursor, VdeviceResponse::of);
    }

    @GetMapping("/{id}")
    @Operation(operationId = "getVdevice", summary = "Shows a vDEVICE")
    ResponseEntity<VdeviceResponse> get(@PathVariable ContextId ctx, @PathVariable ObjectId id) {
        return reads.of(
                ctx,
                view ->
                        VdeviceResponse.of(
                                view.require(id, Vdevice.class, Reason.VDEVICE_NOT_FOUND), view));
    }
}

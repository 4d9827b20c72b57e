package dev.directmsi.api.viommu;

import dev.directmsi.api.http.Mutations;
import dev.directmsi.api.http.Reads;
import dev.directmsi.api.wire.Limit;
import dev.directmsi.api.wire.ListOf;
import dev.directmsi.iommufd.ContextId;
import dev.directmsi.iommufd.Reason;
import dev.directmsi.iommufd.command.AllocViommu;
import dev.directmsi.iommufd.object.ObjectId;
import dev.directmsi.iommufd.object.Viommu;
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

/// Guests' slices of an SMMU.
@RestController
@RequestMapping(path = "/v1/contexts/{ctx}/viommus", produces = MediaType.APPLICATION_JSON_VALUE)
@Tag(name = "viommus", description = "Guests' slices of an SMMU")
class ViommuController {

    private final Mutations mutations;
    private final Reads reads;

    ViommuController(Mutations mutations, Reads reads) {
        this.mutations = mutations;
        this.reads = reads;
    }

    @PostMapping(consumes = MediaType.APPLICATION_JSON_VALUE)
    @Operation(
            operationId = "allocViommu",
            summary = "IOMMU_VIOMMU_ALLOC: makes a guest's slice of an SMMU on a nest parent")
    @ApiResponse(responseCode = "201", description = "Made")
    ResponseEntity<ViommuResponse> alloc(
            @PathVariable ContextId ctx, @RequestBody ViommuAllocRequest body) {
        AllocViommu command = body.toCommand();
        return mutations.create(
                ctx,
                command,
                (made, view) -> ViommuResponse.of(made, view, command.answer(view, made)),
                made -> "viommus/" + made.id());
    }

    @GetMapping
    @Operation(operationId = "listViommus", summary = "Lists the vIOMMUs, by id")
    ResponseEntity<ListOf<ViommuResponse>> list(
            @PathVariable ContextId ctx,
            @RequestParam(defaultValue = "" + Limit.DEFAULT) Limit limit,
            @RequestParam(defaultValue = "0") ObjectId cursor) {
        return reads.list(ctx, Viommu.class, limit, cursor, ViommuResponse::of);
    }

    @GetMapping("/{id}")
    @Operation(operationId = "getViommu", summary = "Shows a vIOMMU")
    ResponseEntity<ViommuResponse> get(@PathVariable ContextId ctx, @PathVariable ObjectId id) {
        return reads.of(
                ctx,
                view ->
                        ViommuResponse.of(
                                view.require(id, Viommu.class, Reason.VIOMMU_NOT_FOUND), view));
    }
}

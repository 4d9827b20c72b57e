package dev.directmsi.api.device;

import dev.directmsi.api.http.Mutations;
import dev.directmsi.api.http.Proposal;
import dev.directmsi.api.http.Reads;
import dev.directmsi.api.wire.Limit;
import dev.directmsi.api.wire.ListOf;
import dev.directmsi.api.wire.U32;
import dev.directmsi.iommufd.ContextId;
import dev.directmsi.iommufd.Reason;
import dev.directmsi.iommufd.command.ClearVector;
import dev.directmsi.iommufd.command.GetVector;
import dev.directmsi.iommufd.command.ProgramVectors;
import dev.directmsi.iommufd.object.Device;
import dev.directmsi.iommufd.object.ObjectId;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.util.List;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/// The proposal, step 3: the guest's own MSI address of each vector.
@RestController
@RequestMapping(
        path = "/v1/contexts/{ctx}/devices/{id}/msi-vectors",
        produces = MediaType.APPLICATION_JSON_VALUE)
@Tag(name = "interrupts")
class MsiVectorController {

    private final Mutations mutations;
    private final Reads reads;

    MsiVectorController(Mutations mutations, Reads reads) {
        this.mutations = mutations;
        this.reads = reads;
    }

    @Proposal
    @PutMapping(path = "/{n}", consumes = MediaType.APPLICATION_JSON_VALUE)
    @Operation(
            operationId = "setMsiVector",
            summary = "Proposal SET_MSI_VECTOR: passes the guest's MSI address of a vector down",
            description =
                    "What the interrupt layer composes keeps the host's EventID and gets the guest's address.")
    ResponseEntity<VectorResponse> set(
            @PathVariable ContextId ctx,
            @PathVariable ObjectId id,
            @PathVariable U32 n,
            @RequestBody VectorRequest body) {
        return mutations.change(
                ctx,
                new ProgramVectors(id, List.of(body.at(n))),
                (vectors, view) -> VectorResponse.of(vectors.getFirst(), view));
    }

    @Proposal
    @PutMapping(consumes = MediaType.APPLICATION_JSON_VALUE)
    @Operation(
            operationId = "setMsiVectors",
            summary = "Proposal SET_MSI_VECTOR many times in one commit: all or nothing")
    ResponseEntity<VectorsResponse> setAll(
            @PathVariable ContextId ctx,
            @PathVariable ObjectId id,
            @RequestBody VectorsRequest body) {
        return mutations.change(
                ctx,
                body.toCommand(id),
                (vectors, view) -> new VectorsResponse(VectorResponse.of(vectors, view)));
    }

    @Proposal
    @GetMapping
    @Operation(
            operationId = "listMsiVectors",
            summary = "Proposal: lists the vectors that are not EMPTY, by index")
    ResponseEntity<ListOf<VectorResponse>> list(
            @PathVariable ContextId ctx,
            @PathVariable ObjectId id,
            @RequestParam(defaultValue = "" + Limit.DEFAULT) Limit limit,
            @RequestParam(defaultValue = "0") U32 cursor) {
        return reads.of(
                ctx,
                view -> {
                    Device device = view.require(id, Device.class, Reason.DEVICE_NOT_FOUND);
                    return ListOf.of(
                            view.vectors(device.id()).values().stream()
                                    .filter(vector -> vector.index() >= cursor.unsigned())
                                    .iterator(),
                            limit,
                            vector -> VectorResponse.of(vector, view),
                            vector -> Integer.toString(vector.index()));
                });
    }

    @Proposal
    @GetMapping("/{n}")
    @Operation(
            operationId = "getMsiVector",
            summary = "Proposal: shows a vector, also an EMPTY one")
    ResponseEntity<VectorResponse> get(
            @PathVariable ContextId ctx, @PathVariable ObjectId id, @PathVariable U32 n) {
        return reads.of(
                ctx,
                new GetVector(id, n.value()),
                (vector, view) ->
                        vector.map(found -> VectorResponse.of(found, view))
                                .orElseGet(() -> VectorResponse.empty(n)));
    }

    @Proposal
    @DeleteMapping("/{n}")
    @Operation(
            operationId = "clearMsiVector",
            summary = "Proposal SET_MSI_VECTOR: forgets the guest's address of a vector",
            description = "Not of an ACTIVE one. Nothing to do for an EMPTY one.")
    @ApiResponse(responseCode = "204", description = "It is EMPTY")
    ResponseEntity<Void> clear(
            @PathVariable ContextId ctx, @PathVariable ObjectId id, @PathVariable U32 n) {
        return mutations.remove(ctx, new ClearVector(id, n.value()));
    }
}

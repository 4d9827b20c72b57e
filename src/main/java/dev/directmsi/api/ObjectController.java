package dev.directmsi.api;

import dev.directmsi.api.http.Mutations;
import dev.directmsi.api.http.Reads;
import dev.directmsi.api.wire.Limit;
import dev.directmsi.api.wire.ListOf;
import dev.directmsi.iommufd.ContextId;
import dev.directmsi.iommufd.Reason;
import dev.directmsi.iommufd.command.DestroyObject;
import dev.directmsi.iommufd.object.IommufdObject;
import dev.directmsi.iommufd.object.ObjectId;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/// All objects of a context, whatever their type.
@RestController
@RequestMapping(path = "/v1/contexts/{ctx}/objects", produces = MediaType.APPLICATION_JSON_VALUE)
@Tag(name = "objects", description = "All objects of a context, whatever their type")
class ObjectController {

    private final Mutations mutations;
    private final Reads reads;

    ObjectController(Mutations mutations, Reads reads) {
        this.mutations = mutations;
        this.reads = reads;
    }

    @GetMapping
    @Operation(operationId = "listObjects", summary = "Lists all objects with who uses whom, by id")
    ResponseEntity<ListOf<ObjectResponse>> list(
            @PathVariable ContextId ctx,
            @RequestParam(defaultValue = "" + Limit.DEFAULT) Limit limit,
            @RequestParam(defaultValue = "0") ObjectId cursor) {
        return reads.list(ctx, IommufdObject.class, limit, cursor, ObjectResponse::of);
    }

    @GetMapping("/{id}")
    @Operation(operationId = "getObject", summary = "Shows an object: its type, and who uses whom")
    ResponseEntity<ObjectResponse> get(@PathVariable ContextId ctx, @PathVariable ObjectId id) {
        return reads.of(
                ctx,
                view ->
                        ObjectResponse.of(
                                view.require(id, IommufdObject.class, Reason.OBJECT_NOT_FOUND),
                                view));
    }

    @DeleteMapping("/{id}")
    @Operation(
            operationId = "destroyObject",
            summary = "IOMMU_DESTROY: destroys an object that nothing uses",
            description =
                    "createdRevision protects against an id that was reused. Devices go by their own path.")
    ResponseEntity<DestroyResponse> destroy(
            @PathVariable ContextId ctx,
            @PathVariable ObjectId id,
            @RequestParam(required = false) @Nullable Long createdRevision) {
        return mutations.change(
                ctx,
                new DestroyObject(id, createdRevision),
                (destroyed, _) -> DestroyResponse.of(destroyed));
    }
}

package dev.directmsi.api.selftest;

import dev.directmsi.api.http.Mutations;
import dev.directmsi.api.http.Reads;
import dev.directmsi.api.wire.U32;
import dev.directmsi.iommufd.ContextId;
import dev.directmsi.iommufd.Reason;
import dev.directmsi.iommufd.command.DestroyAccess;
import dev.directmsi.iommufd.command.UnpinPages;
import dev.directmsi.iommufd.object.KernelAccess;
import dev.directmsi.iommufd.object.ObjectId;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/// Accesses of the test driver.
@RestController
@RequestMapping(
        path = "/v1/contexts/{ctx}/selftest/accesses",
        produces = MediaType.APPLICATION_JSON_VALUE)
@Tag(name = "selftest")
class AccessObjectController {

    private final Mutations mutations;
    private final Reads reads;

    AccessObjectController(Mutations mutations, Reads reads) {
        this.mutations = mutations;
        this.reads = reads;
    }

    @PostMapping(consumes = MediaType.APPLICATION_JSON_VALUE)
    @Operation(
            operationId = "createAccess",
            summary = "IOMMU_TEST_OP_CREATE_ACCESS: a driver in the kernel works on an IOAS")
    @ApiResponse(responseCode = "201", description = "Made")
    ResponseEntity<KernelAccessResponse> create(
            @PathVariable ContextId ctx, @RequestBody CreateAccessRequest body) {
        return mutations.create(
                ctx,
                new Selftest<>(body.toCommand()),
                (access, _) -> KernelAccessResponse.of(access),
                access -> "selftest/accesses/" + access.id());
    }

    @GetMapping("/{id}")
    @Operation(operationId = "getAccess", summary = "Shows an access and what it pins")
    ResponseEntity<KernelAccessResponse> get(
            @PathVariable ContextId ctx, @PathVariable ObjectId id) {
        return reads.of(
                ctx,
                view ->
                        KernelAccessResponse.of(
                                Selftest.onTestMachine(view)
                                        .require(id, KernelAccess.class, Reason.ACCESS_NOT_FOUND)));
    }

    @DeleteMapping("/{id}")
    @Operation(operationId = "destroyAccess", summary = "close(): the access lets go of all")
    @ApiResponse(responseCode = "204", description = "Closed")
    ResponseEntity<Void> destroy(@PathVariable ContextId ctx, @PathVariable ObjectId id) {
        return mutations.remove(ctx, new Selftest<>(new DestroyAccess(id)));
    }

    @PutMapping(path = "/{id}/ioas", consumes = MediaType.APPLICATION_JSON_VALUE)
    @Operation(
            operationId = "replaceAccessIoas",
            summary = "IOMMU_TEST_OP_ACCESS_REPLACE_IOAS: moves the access to another IOAS")
    ResponseEntity<KernelAccessResponse> replaceIoas(
            @PathVariable ContextId ctx,
            @PathVariable ObjectId id,
            @RequestBody ReplaceIoasRequest body) {
        return mutations.change(
                ctx,
                new Selftest<>(body.toCommand(id)),
                (access, _) -> KernelAccessResponse.of(access));
    }

    @PostMapping(path = "/{id}/pages", consumes = MediaType.APPLICATION_JSON_VALUE)
    @Operation(
            operationId = "pinPages",
            summary = "IOMMU_TEST_OP_ACCESS_PAGES: pins what is mapped at a range")
    ResponseEntity<PinnedResponse> pin(
            @PathVariable ContextId ctx,
            @PathVariable ObjectId id,
            @RequestBody PinPagesRequest body) {
        return mutations.change(
                ctx,
                new Selftest<>(body.toCommand(id)),
                (pin, _) -> new PinnedResponse(pin.number()));
    }

    @DeleteMapping("/{id}/pages/{pagesId}")
    @Operation(
            operationId = "unpinPages",
            summary = "IOMMU_TEST_OP_DESTROY_ACCESS_PAGES: lets go of what one call pinned")
    @ApiResponse(responseCode = "204", description = "Let go")
    ResponseEntity<Void> unpin(
            @PathVariable ContextId ctx, @PathVariable ObjectId id, @PathVariable U32 pagesId) {
        return mutations.remove(ctx, new Selftest<>(new UnpinPages(id, pagesId.value())));
    }

    @PostMapping(path = "/{id}/rw", consumes = MediaType.APPLICATION_JSON_VALUE)
    @Operation(
            operationId = "accessRw",
            summary = "IOMMU_TEST_OP_ACCESS_RW: reads or writes what is mapped at a range")
    ResponseEntity<AccessRwResponse> readWrite(
            @PathVariable ContextId ctx,
            @PathVariable ObjectId id,
            @RequestBody AccessRwRequest body) {
        return mutations.change(
                ctx,
                new Selftest<>(body.toCommand(id)),
                (copied, _) -> new AccessRwResponse(copied.data()));
    }
}

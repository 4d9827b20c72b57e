package dev.directmsi.api.hwpt;

import dev.directmsi.api.http.Mutations;
import dev.directmsi.iommufd.ContextId;
import dev.directmsi.iommufd.object.ObjectId;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

/// The same invalidation under the path of what it is about: one ioctl, two names.
@RestController
@Tag(name = "viommus")
class ViommuInvalidationController {

    private final Mutations mutations;

    ViommuInvalidationController(Mutations mutations) {
        this.mutations = mutations;
    }

    @PostMapping(
            path = "/v1/contexts/{ctx}/viommus/{id}/invalidations",
            consumes = MediaType.APPLICATION_JSON_VALUE,
            produces = MediaType.APPLICATION_JSON_VALUE)
    @Operation(
            operationId = "invalidateViommu",
            summary = "IOMMU_HWPT_INVALIDATE: passes a guest's SMMU commands down",
            description = "The same as under /hwpts.")
    ResponseEntity<InvalidateResponse> invalidate(
            @PathVariable ContextId ctx,
            @PathVariable ObjectId id,
            @RequestBody InvalidateRequest body) {
        return mutations.change(ctx, body.toCommand(id), (done, _) -> InvalidateResponse.of(done));
    }
}

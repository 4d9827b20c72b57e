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
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/// Which pages devices wrote.
@RestController
@RequestMapping(path = "/v1/contexts/{ctx}/hwpts/{id}", produces = MediaType.APPLICATION_JSON_VALUE)
@Tag(name = "hwpts")
class DirtyController {

    private final Mutations mutations;

    DirtyController(Mutations mutations) {
        this.mutations = mutations;
    }

    @PutMapping(path = "/dirty-tracking", consumes = MediaType.APPLICATION_JSON_VALUE)
    @Operation(
            operationId = "setDirtyTracking",
            summary = "IOMMU_HWPT_SET_DIRTY_TRACKING: turns the tracking of dirty pages on or off",
            description = "To turn it on, also when it is on already, makes every page clean.")
    ResponseEntity<HwptResponse> set(
            @PathVariable ContextId ctx,
            @PathVariable ObjectId id,
            @RequestBody DirtyTrackingRequest body) {
        return mutations.change(ctx, body.toCommand(id), HwptResponse::of);
    }

    @PostMapping(path = "/dirty-bitmap", consumes = MediaType.APPLICATION_JSON_VALUE)
    @Operation(
            operationId = "readDirtyBitmap",
            summary = "IOMMU_HWPT_GET_DIRTY_BITMAP: reads which pages devices wrote, and clears it",
            description =
                    "Ends in silence at the first hole in the mappings: what lies beyond is neither reported nor"
                            + " cleared.")
    ResponseEntity<DirtyBitmapResponse> read(
            @PathVariable ContextId ctx,
            @PathVariable ObjectId id,
            @RequestBody DirtyBitmapRequest body) {
        return mutations.change(
                ctx, body.toCommand(id), (dirty, _) -> DirtyBitmapResponse.of(dirty));
    }
}

package dev.directmsi.api.device;

import dev.directmsi.api.http.Mutations;
import dev.directmsi.api.http.Reads;
import dev.directmsi.iommufd.ContextId;
import dev.directmsi.iommufd.ContextView;
import dev.directmsi.iommufd.Reason;
import dev.directmsi.iommufd.command.AttachDevice;
import dev.directmsi.iommufd.command.DetachDevice;
import dev.directmsi.iommufd.object.Device;
import dev.directmsi.iommufd.object.ObjectId;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
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

/// What a device's DMA is translated by.
@RestController
@RequestMapping(
        path = "/v1/contexts/{ctx}/devices/{id}/attachment",
        produces = MediaType.APPLICATION_JSON_VALUE)
@Tag(name = "devices")
class AttachmentController {

    private final Mutations mutations;
    private final Reads reads;

    AttachmentController(Mutations mutations, Reads reads) {
        this.mutations = mutations;
        this.reads = reads;
    }

    @PutMapping(consumes = MediaType.APPLICATION_JSON_VALUE)
    @Operation(
            operationId = "attachDevice",
            summary =
                    "VFIO_DEVICE_ATTACH_IOMMUFD_PT: attaches a device, or replaces its attachment",
            description = "A replace moves every attached member of the group.")
    @ApiResponse(responseCode = "200", description = "Replaced, or was there already")
    @ApiResponse(responseCode = "201", description = "Attached")
    ResponseEntity<AttachmentResponse> attach(
            @PathVariable ContextId ctx,
            @PathVariable ObjectId id,
            @RequestBody AttachRequest body) {
        return mutations.put(
                ctx,
                new AttachDevice(id, body.ptId()),
                (attached, _) -> AttachmentResponse.done(attached),
                (_, view) -> bound(view, id).attachedTo() != null);
    }

    @GetMapping
    @Operation(operationId = "getAttachment", summary = "Shows where a device is attached")
    ResponseEntity<AttachmentResponse> get(@PathVariable ContextId ctx, @PathVariable ObjectId id) {
        return reads.of(
                ctx,
                view ->
                        AttachDevice.describe(view, bound(view, id))
                                .map(AttachmentResponse::state)
                                .orElseThrow(
                                        () -> Reason.ATTACHMENT_NOT_FOUND.refusal("devId", id)));
    }

    @DeleteMapping
    @Operation(
            operationId = "detachDevice",
            summary = "VFIO_DEVICE_DETACH_IOMMUFD_PT: blocks the DMA of a device",
            description =
                    "Succeeds where nothing is attached, too. With ACTIVE vectors it leaves a DIRECT_MSI parent only"
                            + " with quiesce=true, which turns its interrupts off first.")
    ResponseEntity<DetachResponse> detach(
            @PathVariable ContextId ctx,
            @PathVariable ObjectId id,
            @RequestParam(defaultValue = "false") boolean quiesce) {
        return mutations.change(
                ctx, new DetachDevice(id, quiesce), (detached, _) -> DetachResponse.of(detached));
    }

    private static Device bound(ContextView view, ObjectId id) {
        return view.require(id, Device.class, Reason.DEVICE_NOT_FOUND);
    }
}

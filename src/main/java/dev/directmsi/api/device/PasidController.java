package dev.directmsi.api.device;

import dev.directmsi.api.http.Mutations;
import dev.directmsi.api.wire.IssuedCommand;
import dev.directmsi.api.wire.U32;
import dev.directmsi.iommufd.ContextId;
import dev.directmsi.iommufd.command.AttachPasid;
import dev.directmsi.iommufd.command.DetachPasid;
import dev.directmsi.iommufd.object.ObjectId;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/// What accesses of a device with a PASID are translated by.
@RestController
@RequestMapping(
        path = "/v1/contexts/{ctx}/devices/{id}/pasids/{pasid}/attachment",
        produces = MediaType.APPLICATION_JSON_VALUE)
@Tag(name = "devices")
class PasidController {

    private final Mutations mutations;

    PasidController(Mutations mutations) {
        this.mutations = mutations;
    }

    /// Where a PASID is attached.
    ///
    /// @param ptId what was asked for
    /// @param hwptId the page table in use
    /// @param replaced whether this took the place of another attachment
    /// @param smmuCommands what the SMMU was told to forget
    record PasidAttachmentResponse(
            ObjectId ptId, ObjectId hwptId, boolean replaced, List<IssuedCommand> smmuCommands) {

        static PasidAttachmentResponse of(AttachPasid.Attached attached) {
            return new PasidAttachmentResponse(
                    attached.ptId(),
                    attached.hwptId(),
                    attached.replaced(),
                    IssuedCommand.of(attached.smmuCommands()));
        }
    }

    /// What a PASID left.
    ///
    /// @param hwptId the page table it was on; absent where it was on none
    /// @param smmuCommands what the SMMU was told to forget
    record PasidDetachResponse(@Nullable ObjectId hwptId, List<IssuedCommand> smmuCommands) {

        static PasidDetachResponse of(DetachPasid.Detached detached) {
            return new PasidDetachResponse(
                    detached.hwptId(), IssuedCommand.of(detached.smmuCommands()));
        }
    }

    @PutMapping(consumes = MediaType.APPLICATION_JSON_VALUE)
    @Operation(
            operationId = "attachPasid",
            summary =
                    "VFIO_DEVICE_ATTACH_IOMMUFD_PT with a PASID: attaches it, or replaces its attachment",
            description =
                    "The page table must have been allocated with the flag PASID, and so must the one that the device"
                            + " itself is attached to, if it is.")
    ResponseEntity<PasidAttachmentResponse> attach(
            @PathVariable ContextId ctx,
            @PathVariable ObjectId id,
            @PathVariable U32 pasid,
            @RequestBody AttachRequest body) {
        return mutations.change(
                ctx,
                new AttachPasid(id, pasid.value(), body.ptId()),
                (attached, _) -> PasidAttachmentResponse.of(attached));
    }

    @DeleteMapping
    @Operation(
            operationId = "detachPasid",
            summary = "VFIO_DEVICE_DETACH_IOMMUFD_PT with a PASID: blocks its accesses",
            description = "Succeeds where nothing is attached, too.")
    ResponseEntity<PasidDetachResponse> detach(
            @PathVariable ContextId ctx, @PathVariable ObjectId id, @PathVariable U32 pasid) {
        return mutations.change(
                ctx,
                new DetachPasid(id, pasid.value()),
                (detached, _) -> PasidDetachResponse.of(detached));
    }
}

package dev.directmsi.api.device;

import dev.directmsi.api.http.Mutations;
import dev.directmsi.api.http.Reads;
import dev.directmsi.api.wire.IssuedCommand;
import dev.directmsi.api.wire.U32;
import dev.directmsi.iommufd.ContextId;
import dev.directmsi.iommufd.ContextView;
import dev.directmsi.iommufd.Reason;
import dev.directmsi.iommufd.command.AttachPasid;
import dev.directmsi.iommufd.command.DetachPasid;
import dev.directmsi.iommufd.object.Device;
import dev.directmsi.iommufd.object.HwptPaging;
import dev.directmsi.iommufd.object.ObjectId;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
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
    private final Reads reads;

    PasidController(Mutations mutations, Reads reads) {
        this.mutations = mutations;
        this.reads = reads;
    }

    /// Where a PASID is attached, and what attaching it did.
    ///
    /// @param ptId what was asked for
    /// @param hwptId the page table in use
    /// @param replaced whether this took the place of another attachment
    /// @param smmuCommands what the SMMU was told to forget
    record PasidAttachmentResponse(
            ObjectId ptId,
            ObjectId hwptId,
            @Nullable Boolean replaced,
            @Nullable List<IssuedCommand> smmuCommands) {

        static PasidAttachmentResponse state(ObjectId hwptId, ContextView context) {
            ObjectId asked =
                    context.find(hwptId, HwptPaging.class)
                            .filter(HwptPaging::automatic)
                            .map(HwptPaging::ioas)
                            .orElse(hwptId);
            return new PasidAttachmentResponse(asked, hwptId, null, null);
        }

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
    @ApiResponse(responseCode = "200", description = "Replaced, or was there already")
    @ApiResponse(responseCode = "201", description = "Attached")
    ResponseEntity<PasidAttachmentResponse> attach(
            @PathVariable ContextId ctx,
            @PathVariable ObjectId id,
            @PathVariable U32 pasid,
            @RequestBody AttachRequest body) {
        return mutations.put(
                ctx,
                new AttachPasid(id, pasid.value(), body.ptId()),
                (attached, _) -> PasidAttachmentResponse.of(attached),
                (_, view) -> attachment(view, id, pasid).isPresent());
    }

    @GetMapping
    @Operation(operationId = "getPasidAttachment", summary = "Shows where a PASID is attached")
    ResponseEntity<PasidAttachmentResponse> get(
            @PathVariable ContextId ctx, @PathVariable ObjectId id, @PathVariable U32 pasid) {
        return reads.of(
                ctx,
                view ->
                        attachment(view, id, pasid)
                                .map(hwptId -> PasidAttachmentResponse.state(hwptId, view))
                                .orElseThrow(
                                        () -> Reason.ATTACHMENT_NOT_FOUND.refusal("devId", id)));
    }

    private static Optional<ObjectId> attachment(ContextView view, ObjectId id, U32 pasid) {
        Device device = view.require(id, Device.class, Reason.DEVICE_NOT_FOUND);
        return Optional.ofNullable(device.pasids().get(pasid.value()));
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

package dev.directmsi.api.device;

import dev.directmsi.api.http.Mutations;
import dev.directmsi.api.http.Proposal;
import dev.directmsi.api.http.Reads;
import dev.directmsi.api.wire.IssuedCommand;
import dev.directmsi.iommufd.ContextId;
import dev.directmsi.iommufd.ContextView;
import dev.directmsi.iommufd.Reason;
import dev.directmsi.iommufd.command.ClearMsiTarget;
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
import org.springframework.web.bind.annotation.RestController;

/// The proposal, step 1: which IPA is the MSI doorbell of a device.
@RestController
@RequestMapping(
        path = "/v1/contexts/{ctx}/devices/{id}/msi-target",
        produces = MediaType.APPLICATION_JSON_VALUE)
@Tag(name = "interrupts")
class MsiTargetController {

    private final Mutations mutations;
    private final Reads reads;

    MsiTargetController(Mutations mutations, Reads reads) {
        this.mutations = mutations;
        this.reads = reads;
    }

    @Proposal
    @PutMapping(consumes = MediaType.APPLICATION_JSON_VALUE)
    @Operation(
            operationId = "setMsiTarget",
            summary = "Proposal SET_MSI_TARGET: says which IPA is the MSI doorbell of a device",
            description =
                    "Exactly one of frameBase and doorbell. In force while the device is attached to a DIRECT_MSI"
                            + " parent: its stage-2 copy then leads that page to the device's real ITS.")
    @ApiResponse(responseCode = "200", description = "Replaced, or was set already")
    @ApiResponse(responseCode = "201", description = "Set")
    ResponseEntity<MsiTargetResponse> set(
            @PathVariable ContextId ctx,
            @PathVariable ObjectId id,
            @RequestBody MsiTargetRequest body) {
        return mutations.put(
                ctx,
                body.toCommand(id),
                (set, _) -> MsiTargetResponse.done(set),
                (_, view) -> bound(view, id).target() != null);
    }

    @Proposal
    @GetMapping
    @Operation(operationId = "getMsiTarget", summary = "Proposal: shows the MSI target of a device")
    ResponseEntity<MsiTargetResponse> get(@PathVariable ContextId ctx, @PathVariable ObjectId id) {
        return reads.of(
                ctx,
                view ->
                        MsiTargetResponse.of(bound(view, id), view)
                                .orElseThrow(() -> Reason.TARGET_NOT_FOUND.refusal("devId", id)));
    }

    @Proposal
    @DeleteMapping
    @Operation(
            operationId = "clearMsiTarget",
            summary = "Proposal SET_MSI_TARGET: takes the MSI target of a device away")
    ResponseEntity<TargetClearedResponse> clear(
            @PathVariable ContextId ctx, @PathVariable ObjectId id) {
        return mutations.change(
                ctx,
                new ClearMsiTarget(id),
                (commands, _) -> new TargetClearedResponse(IssuedCommand.of(commands)));
    }

    private static Device bound(ContextView view, ObjectId id) {
        return view.require(id, Device.class, Reason.DEVICE_NOT_FOUND);
    }
}

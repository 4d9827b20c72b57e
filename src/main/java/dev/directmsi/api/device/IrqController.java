package dev.directmsi.api.device;

import dev.directmsi.api.http.Mutations;
import dev.directmsi.api.http.Reads;
import dev.directmsi.iommufd.ContextId;
import dev.directmsi.iommufd.Reason;
import dev.directmsi.iommufd.command.DisableIrqs;
import dev.directmsi.iommufd.object.Device;
import dev.directmsi.iommufd.object.ObjectId;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/// Interrupts as VFIO sets them up.
@RestController
@RequestMapping(
        path = "/v1/contexts/{ctx}/devices/{id}/irqs",
        produces = MediaType.APPLICATION_JSON_VALUE)
@Tag(name = "interrupts", description = "Interrupts, MSI targets and the guest's own MSI addresses")
class IrqController {

    private final Mutations mutations;
    private final Reads reads;

    IrqController(Mutations mutations, Reads reads) {
        this.mutations = mutations;
        this.reads = reads;
    }

    @GetMapping
    @Operation(
            operationId = "getIrqs",
            summary = "VFIO_DEVICE_GET_IRQ_INFO: shows what interrupts a device has")
    ResponseEntity<IrqsResponse> get(@PathVariable ContextId ctx, @PathVariable ObjectId id) {
        return reads.of(
                ctx,
                view ->
                        IrqsResponse.of(
                                view.require(id, Device.class, Reason.DEVICE_NOT_FOUND), view));
    }

    @PostMapping(path = "/enable", consumes = MediaType.APPLICATION_JSON_VALUE)
    @Operation(
            operationId = "enableIrqs",
            summary = "VFIO_DEVICE_SET_IRQS with eventfds: enables vectors",
            description =
                    "On a DIRECT_MSI parent each needs a target and a staged guest address; elsewhere the host picks"
                            + " the address in its window.")
    ResponseEntity<IrqsEnabledResponse> enable(
            @PathVariable ContextId ctx,
            @PathVariable ObjectId id,
            @RequestBody EnableIrqsRequest body) {
        return mutations.change(
                ctx,
                body.toCommand(id),
                (vectors, view) -> new IrqsEnabledResponse(VectorResponse.of(vectors, view)));
    }

    @PostMapping(path = "/disable", consumes = MediaType.APPLICATION_JSON_VALUE)
    @Operation(
            operationId = "disableIrqs",
            summary = "VFIO_DEVICE_SET_IRQS without data: disables all vectors",
            description = "Every guest address is erased; the target stays.")
    ResponseEntity<IrqsDisabledResponse> disable(
            @PathVariable ContextId ctx,
            @PathVariable ObjectId id,
            @RequestBody DisableIrqsRequest body) {
        return mutations.change(
                ctx,
                new DisableIrqs(id, IrqIndex.typeOf(body.type())),
                (disabled, _) -> new IrqsDisabledResponse(disabled));
    }
}

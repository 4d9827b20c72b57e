package dev.directmsi.api.device;

import dev.directmsi.api.http.Mutations;
import dev.directmsi.api.http.Reads;
import dev.directmsi.api.wire.Empty;
import dev.directmsi.api.wire.Limit;
import dev.directmsi.api.wire.ListOf;
import dev.directmsi.api.wire.NameOrNumber;
import dev.directmsi.iommufd.ContextId;
import dev.directmsi.iommufd.Reason;
import dev.directmsi.iommufd.command.BindDevice;
import dev.directmsi.iommufd.command.GetHwInfo;
import dev.directmsi.iommufd.command.ResetDevice;
import dev.directmsi.iommufd.command.SetBusMaster;
import dev.directmsi.iommufd.command.UnbindDevice;
import dev.directmsi.iommufd.object.Device;
import dev.directmsi.iommufd.object.ObjectId;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/// Binding, and what is said of a bound device as a whole.
@RestController
@RequestMapping(path = "/v1/contexts/{ctx}/devices", produces = MediaType.APPLICATION_JSON_VALUE)
@Tag(name = "devices", description = "Functions of the host that are bound to a context")
class DeviceController {

    /// `enum iommufd_hw_info_flags`: to give a type says the same.
    private static final int INPUT_TYPE = 1;

    private static final Map<String, Integer> HW_INFO_FLAGS = Map.of("INPUT_TYPE", INPUT_TYPE);

    private final Mutations mutations;
    private final Reads reads;

    DeviceController(Mutations mutations, Reads reads) {
        this.mutations = mutations;
        this.reads = reads;
    }

    @PostMapping(consumes = MediaType.APPLICATION_JSON_VALUE)
    @Operation(
            operationId = "bindDevice",
            summary = "VFIO_DEVICE_BIND_IOMMUFD: binds a function and claims its group",
            description =
                    "Shows which SMMU and ITS it has: the ITSes of devices can be compared before anything else.")
    @ApiResponse(responseCode = "201", description = "Bound; its DMA is blocked")
    ResponseEntity<DeviceResponse> bind(
            @PathVariable ContextId ctx, @RequestBody BindRequest body) {
        return mutations.create(
                ctx,
                new BindDevice(body.device()),
                DeviceResponse::of,
                device -> "devices/" + device.id());
    }

    @GetMapping
    @Operation(operationId = "listDevices", summary = "Lists the bound devices, by id")
    ResponseEntity<ListOf<DeviceResponse>> list(
            @PathVariable ContextId ctx,
            @RequestParam(defaultValue = "" + Limit.DEFAULT) Limit limit,
            @RequestParam(defaultValue = "0") ObjectId cursor) {
        return reads.list(ctx, Device.class, limit, cursor, DeviceResponse::of);
    }

    @GetMapping("/{id}")
    @Operation(operationId = "getDevice", summary = "Shows a bound device")
    ResponseEntity<DeviceResponse> get(@PathVariable ContextId ctx, @PathVariable ObjectId id) {
        return reads.of(
                ctx,
                view ->
                        DeviceResponse.of(
                                view.require(id, Device.class, Reason.DEVICE_NOT_FOUND), view));
    }

    @DeleteMapping("/{id}")
    @Operation(
            operationId = "unbindDevice",
            summary = "VFIO_DEVICE_CLOSE: closes a device, whatever it is doing",
            description =
                    "Interrupts off, detached, its virtual device destroyed, target and addresses forgotten."
                            + " createdRevision protects against an id that was reused.")
    ResponseEntity<UnbindResponse> unbind(
            @PathVariable ContextId ctx,
            @PathVariable ObjectId id,
            @RequestParam(required = false) @Nullable Long createdRevision) {
        return mutations.change(
                ctx,
                new UnbindDevice(id, createdRevision),
                (unbound, _) -> UnbindResponse.of(unbound));
    }

    @GetMapping("/{id}/hw-info")
    @Operation(
            operationId = "getHwInfo",
            summary = "IOMMU_GET_HW_INFO: shows the registers of the SMMU of a device",
            description =
                    "With type IOMMU_HW_INFO_FLAG_INPUT_TYPE: DEFAULT, ARM_SMMUV3 or TEGRA241_CMDQV. flags takes"
                            + " others, which are refused as the kernel does.")
    ResponseEntity<HwInfoResponse> hwInfo(
            @PathVariable ContextId ctx,
            @PathVariable ObjectId id,
            @RequestParam(required = false) @Nullable NameOrNumber type,
            @RequestParam(required = false) @Nullable NameOrNumber flags) {
        Integer wanted = type == null ? null : type.number("type", HwInfoResponse.TYPES);
        int bits = flags == null ? 0 : flags.number("flags", HW_INFO_FLAGS);
        int unknown = bits & ~INPUT_TYPE;
        return reads.of(
                ctx,
                new GetHwInfo(id, wanted, Integer.toUnsignedLong(unknown)),
                (found, _) -> HwInfoResponse.of(found));
    }

    @PostMapping(path = "/{id}/reset", consumes = MediaType.APPLICATION_JSON_VALUE)
    @Operation(
            operationId = "resetDevice",
            summary = "VFIO_DEVICE_RESET: turns its interrupts off",
            description = "Guest addresses are erased; attachment and target stay.")
    ResponseEntity<DeviceResponse> reset(
            @PathVariable ContextId ctx,
            @PathVariable ObjectId id,
            @RequestBody(required = false) @Nullable Empty body) {
        return mutations.change(ctx, new ResetDevice(id), DeviceResponse::of);
    }

    @PutMapping(path = "/{id}/bus-master", consumes = MediaType.APPLICATION_JSON_VALUE)
    @Operation(
            operationId = "setBusMaster",
            summary = "PCI command register: lets a device issue memory transactions, or not")
    ResponseEntity<DeviceResponse> busMaster(
            @PathVariable ContextId ctx,
            @PathVariable ObjectId id,
            @RequestBody BusMasterRequest body) {
        return mutations.change(ctx, new SetBusMaster(id, body.enabled()), DeviceResponse::of);
    }
}

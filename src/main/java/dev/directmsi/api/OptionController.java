package dev.directmsi.api;

import dev.directmsi.api.http.Mutations;
import dev.directmsi.api.http.Reads;
import dev.directmsi.api.ioas.OptionValue;
import dev.directmsi.api.wire.Empty;
import dev.directmsi.iommufd.ContextId;
import dev.directmsi.iommufd.command.ChangeProcess;
import dev.directmsi.iommufd.command.SetRlimitMode;
import dev.directmsi.iommufd.command.SetVfioIoas;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
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
import org.springframework.web.bind.annotation.RestController;

/// What concerns a context as a whole.
@RestController
@RequestMapping(path = "/v1/contexts/{ctx}", produces = MediaType.APPLICATION_JSON_VALUE)
@Tag(name = "contexts")
class OptionController {

    private final Mutations mutations;
    private final Reads reads;

    OptionController(Mutations mutations, Reads reads) {
        this.mutations = mutations;
        this.reads = reads;
    }

    @GetMapping("/options/rlimit-mode")
    @Operation(
            operationId = "getRlimitMode",
            summary = "IOMMU_OPTION_RLIMIT_MODE: shows for whom pinned memory counts")
    ResponseEntity<OptionValue> getRlimitMode(@PathVariable ContextId ctx) {
        return reads.of(
                ctx, "IOMMU_OPTION", view -> OptionValue.of(view.info().processAccounting()));
    }

    @PutMapping(path = "/options/rlimit-mode", consumes = MediaType.APPLICATION_JSON_VALUE)
    @Operation(
            operationId = "setRlimitMode",
            summary = "IOMMU_OPTION_RLIMIT_MODE: pinned memory counts per user (0) or process (1)",
            description = "Only an empty context takes it.")
    ResponseEntity<OptionValue> setRlimitMode(
            @PathVariable ContextId ctx, @RequestBody OptionValue body) {
        return mutations.change(
                ctx,
                new SetRlimitMode(body.value().value()),
                (info, _) -> OptionValue.of(info.processAccounting()));
    }

    @GetMapping("/vfio-ioas")
    @Operation(
            operationId = "getVfioIoas",
            summary = "IOMMU_VFIO_IOAS: shows the IOAS of the type-1 compatibility")
    ResponseEntity<VfioIoasResponse> getVfioIoas(@PathVariable ContextId ctx) {
        return reads.of(
                ctx,
                "IOMMU_VFIO_IOAS",
                view -> new VfioIoasResponse(SetVfioIoas.require(view).id()));
    }

    @PutMapping(path = "/vfio-ioas", consumes = MediaType.APPLICATION_JSON_VALUE)
    @Operation(
            operationId = "setVfioIoas",
            summary = "IOMMU_VFIO_IOAS: sets the IOAS of the type-1 compatibility")
    @ApiResponse(responseCode = "200", description = "Replaced")
    @ApiResponse(responseCode = "201", description = "Set")
    ResponseEntity<VfioIoasResponse> setVfioIoas(
            @PathVariable ContextId ctx, @RequestBody VfioIoasRequest body) {
        return mutations.put(
                ctx,
                body.toCommand(),
                (_, _) -> new VfioIoasResponse(body.ioasId()),
                (_, view) -> view.info().compatIoas() != null);
    }

    @DeleteMapping("/vfio-ioas")
    @Operation(
            operationId = "clearVfioIoas",
            summary = "IOMMU_VFIO_IOAS: there is no IOAS of the type-1 compatibility any more")
    @ApiResponse(responseCode = "204", description = "There is none")
    ResponseEntity<Void> clearVfioIoas(@PathVariable ContextId ctx) {
        return mutations.remove(ctx, new SetVfioIoas(null));
    }

    @PostMapping(path = "/change-process", consumes = MediaType.APPLICATION_JSON_VALUE)
    @Operation(
            operationId = "changeProcess",
            summary = "IOMMU_IOAS_CHANGE_PROCESS: pinned memory counts for the caller",
            description = "Only where all that is mapped are memory files.")
    ResponseEntity<ChangeProcessResponse> changeProcess(
            @PathVariable ContextId ctx, @RequestBody(required = false) @Nullable Empty body) {
        return mutations.change(
                ctx, new ChangeProcess(), (mappings, _) -> new ChangeProcessResponse(mappings));
    }
}

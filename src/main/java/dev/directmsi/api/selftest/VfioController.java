package dev.directmsi.api.selftest;

import dev.directmsi.api.http.Mutations;
import dev.directmsi.api.http.Reads;
import dev.directmsi.api.ioas.IoasResponse;
import dev.directmsi.api.ioas.MappingResponse;
import dev.directmsi.api.wire.U32;
import dev.directmsi.iommufd.ContextId;
import dev.directmsi.iommufd.command.VfioInfo;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/// The older interface of VFIO containers, which an iommufd speaks, too.
@RestController
@RequestMapping(
        path = "/v1/contexts/{ctx}/selftest/vfio",
        produces = MediaType.APPLICATION_JSON_VALUE)
@Tag(name = "selftest")
class VfioController {

    private final Mutations mutations;
    private final Reads reads;

    VfioController(Mutations mutations, Reads reads) {
        this.mutations = mutations;
        this.reads = reads;
    }

    @PostMapping(path = "/map-dma", consumes = MediaType.APPLICATION_JSON_VALUE)
    @Operation(
            operationId = "vfioMapDma",
            summary = "VFIO_IOMMU_MAP_DMA: maps in the compatibility IOAS")
    ResponseEntity<MappingResponse> mapDma(
            @PathVariable ContextId ctx, @RequestBody VfioMapRequest body) {
        return mutations.change(
                ctx, new Selftest<>(body.toCommand()), (mapping, _) -> MappingResponse.of(mapping));
    }

    @PostMapping(path = "/unmap-dma", consumes = MediaType.APPLICATION_JSON_VALUE)
    @Operation(
            operationId = "vfioUnmapDma",
            summary = "VFIO_IOMMU_UNMAP_DMA: unmaps in the compatibility IOAS",
            description = "Cuts mappings where large pages are forbidden.")
    ResponseEntity<VfioUnmapResponse> unmapDma(
            @PathVariable ContextId ctx, @RequestBody VfioUnmapRequest body) {
        return mutations.change(
                ctx,
                new Selftest<>(body.toCommand()),
                (unmapped, _) -> VfioUnmapResponse.of(unmapped));
    }

    @GetMapping("/api-version")
    @Operation(
            operationId = "vfioApiVersion",
            summary = "VFIO_GET_API_VERSION: shows the version of the interface")
    ResponseEntity<ApiVersionResponse> apiVersion(@PathVariable ContextId ctx) {
        return reads.of(
                ctx,
                "VFIO_GET_API_VERSION",
                view -> {
                    Selftest.onTestMachine(view);
                    return new ApiVersionResponse(0);
                });
    }

    @GetMapping("/extensions/{value}")
    @Operation(
            operationId = "vfioCheckExtension",
            summary = "VFIO_CHECK_EXTENSION: shows whether there is an extension")
    ResponseEntity<ExtensionResponse> extension(
            @PathVariable ContextId ctx, @PathVariable U32 value) {
        return reads.of(
                ctx,
                "VFIO_CHECK_EXTENSION",
                view ->
                        new ExtensionResponse(
                                VfioInfo.extension(Selftest.onTestMachine(view), value.unsigned())
                                        ? 1
                                        : 0));
    }

    @PutMapping(path = "/iommu", consumes = MediaType.APPLICATION_JSON_VALUE)
    @Operation(
            operationId = "vfioSetIommu",
            summary = "VFIO_SET_IOMMU: chooses the kind of container")
    ResponseEntity<IoasResponse> setIommu(
            @PathVariable ContextId ctx, @RequestBody SetIommuRequest body) {
        return mutations.change(ctx, new Selftest<>(body.toCommand()), IoasResponse::of);
    }

    @GetMapping("/iommu-info")
    @Operation(
            operationId = "vfioIommuInfo",
            summary = "VFIO_IOMMU_GET_INFO: shows page sizes and ranges of the compatibility IOAS")
    ResponseEntity<IommuInfoResponse> iommuInfo(@PathVariable ContextId ctx) {
        return reads.of(
                ctx,
                "VFIO_IOMMU_GET_INFO",
                view -> IommuInfoResponse.of(Selftest.onTestMachine(view)));
    }
}

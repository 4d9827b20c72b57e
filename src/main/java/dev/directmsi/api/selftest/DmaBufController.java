package dev.directmsi.api.selftest;

import dev.directmsi.api.device.FileResponse;
import dev.directmsi.api.http.Mutations;
import dev.directmsi.api.wire.U64;
import dev.directmsi.iommufd.ContextId;
import dev.directmsi.iommufd.command.GetDmaBuf;
import dev.directmsi.iommufd.command.RevokeDmaBuf;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/// Memory that the test driver exports as dma-bufs. They are files of the context: mappings name
/// them as such, `/files` shows and closes them.
@RestController
@RequestMapping(
        path = "/v1/contexts/{ctx}/selftest/dma-bufs",
        produces = MediaType.APPLICATION_JSON_VALUE)
@Tag(name = "selftest")
class DmaBufController {

    private final Mutations mutations;

    DmaBufController(Mutations mutations) {
        this.mutations = mutations;
    }

    /// A dma-buf.
    ///
    /// @param length bytes, rounded up to whole pages; 1 to 512 pages
    record DmaBufRequest(U64 length) {}

    /// What the exporter of a dma-buf does.
    ///
    /// @param revoked whether it takes the dma-buf back, or offers it again
    record RevokeRequest(boolean revoked) {}

    @PutMapping(path = "/{name}", consumes = MediaType.APPLICATION_JSON_VALUE)
    @Operation(
            operationId = "getDmaBuf",
            summary = "IOMMU_TEST_OP_DMABUF_GET: exports memory as a dma-buf")
    @ApiResponse(responseCode = "200", description = "There was one like this")
    @ApiResponse(responseCode = "201", description = "Made")
    ResponseEntity<FileResponse> make(
            @PathVariable ContextId ctx,
            @PathVariable String name,
            @RequestBody DmaBufRequest body) {
        return mutations.put(
                ctx,
                new Selftest<>(new GetDmaBuf(name, body.length().value())),
                (file, _) -> FileResponse.of(file),
                (file, view) -> view.files().containsKey(file.name()));
    }

    @PutMapping(path = "/{name}/revoked", consumes = MediaType.APPLICATION_JSON_VALUE)
    @Operation(
            operationId = "revokeDmaBuf",
            summary = "IOMMU_TEST_OP_DMABUF_REVOKE: takes a dma-buf back, or offers it again",
            description = "Either way what is mapped leads nowhere from now on; the mappings stay.")
    ResponseEntity<FileResponse> revoke(
            @PathVariable ContextId ctx,
            @PathVariable String name,
            @RequestBody RevokeRequest body) {
        return mutations.change(
                ctx,
                new Selftest<>(new RevokeDmaBuf(name, body.revoked())),
                (file, _) -> FileResponse.of(file));
    }
}

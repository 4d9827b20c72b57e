package dev.directmsi.api.selftest;

import dev.directmsi.api.http.Mutations;
import dev.directmsi.api.wire.U32;
import dev.directmsi.api.wire.U64;
import dev.directmsi.iommufd.ContextId;
import dev.directmsi.iommufd.command.MapWindow;
import dev.directmsi.iommufd.command.UnmapWindow;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/// Pages of vIOMMUs that a process maps through the context's file descriptor.
@RestController
@RequestMapping(
        path = "/v1/contexts/{ctx}/selftest/mmap",
        produces = MediaType.APPLICATION_JSON_VALUE)
@Tag(name = "selftest")
class MmapController {

    private final Mutations mutations;

    MmapController(Mutations mutations) {
        this.mutations = mutations;
    }

    /// Maps pages of a vIOMMU.
    ///
    /// @param offset as the vIOMMU has it
    /// @param length as the vIOMMU has it
    /// @param shared whether the mapping is MAP_SHARED; true if absent
    /// @param executable whether it has PROT_EXEC; false if absent
    record MmapRequest(
            U64 offset, U64 length, @Nullable Boolean shared, @Nullable Boolean executable) {}

    /// Mapped pages.
    ///
    /// @param word0 what they begin with
    record MmapResponse(U64 offset, U64 length, U32 word0) {}

    @PostMapping(consumes = MediaType.APPLICATION_JSON_VALUE)
    @Operation(operationId = "mapWindow", summary = "mmap(): maps pages of a vIOMMU")
    ResponseEntity<MmapResponse> map(@PathVariable ContextId ctx, @RequestBody MmapRequest body) {
        var command =
                new MapWindow(
                        body.offset().value(),
                        body.length().value(),
                        body.shared() == null || body.shared(),
                        body.executable() != null && body.executable());
        return mutations.change(
                ctx,
                command,
                (window, _) ->
                        new MmapResponse(
                                new U64(window.offset()),
                                new U64(window.length()),
                                new U32(window.word())));
    }

    @DeleteMapping
    @Operation(operationId = "unmapWindow", summary = "munmap(): unmaps pages of a vIOMMU")
    @ApiResponse(responseCode = "204", description = "Unmapped")
    ResponseEntity<Void> unmap(@PathVariable ContextId ctx, @RequestParam U64 offset) {
        return mutations.remove(ctx, new UnmapWindow(offset.value()));
    }
}

package dev.directmsi.api.device;

import dev.directmsi.api.http.Mutations;
import dev.directmsi.api.http.Reads;
import dev.directmsi.api.wire.Limit;
import dev.directmsi.api.wire.ListOf;
import dev.directmsi.iommufd.ContextId;
import dev.directmsi.iommufd.Reason;
import dev.directmsi.iommufd.command.RemoveFile;
import dev.directmsi.iommufd.object.MemoryFile;
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

/// Memory files, which mappings and regions may show.
@RestController
@RequestMapping(path = "/v1/contexts/{ctx}/files", produces = MediaType.APPLICATION_JSON_VALUE)
@Tag(name = "memory")
class FileController {

    private final Mutations mutations;
    private final Reads reads;

    FileController(Mutations mutations, Reads reads) {
        this.mutations = mutations;
        this.reads = reads;
    }

    @PutMapping(path = "/{name}", consumes = MediaType.APPLICATION_JSON_VALUE)
    @Operation(
            operationId = "putFile",
            summary = "memfd_create: makes a memory file, or changes the seal of one")
    @ApiResponse(responseCode = "200", description = "Changed")
    @ApiResponse(responseCode = "201", description = "Made")
    ResponseEntity<FileResponse> put(
            @PathVariable ContextId ctx, @PathVariable String name, @RequestBody FileRequest body) {
        return mutations.put(
                ctx,
                body.toCommand(name),
                (file, _) -> FileResponse.of(file),
                (file, view) -> view.files().containsKey(file.name()));
    }

    @GetMapping
    @Operation(operationId = "listFiles", summary = "Lists the memory files, by name")
    ResponseEntity<ListOf<FileResponse>> list(
            @PathVariable ContextId ctx,
            @RequestParam(defaultValue = "" + Limit.DEFAULT) Limit limit,
            @RequestParam(defaultValue = "") String cursor) {
        return reads.of(
                ctx,
                view ->
                        ListOf.of(
                                view.files().tailMap(cursor, true).values().iterator(),
                                limit,
                                FileResponse::of,
                                MemoryFile::name));
    }

    @GetMapping("/{name}")
    @Operation(operationId = "getFile", summary = "Shows a memory file")
    ResponseEntity<FileResponse> get(@PathVariable ContextId ctx, @PathVariable String name) {
        return reads.of(
                ctx,
                view -> {
                    MemoryFile file = view.files().get(name);
                    if (file == null) {
                        throw Reason.FILE_NOT_FOUND.refusal("file", name);
                    }
                    return FileResponse.of(file);
                });
    }

    @DeleteMapping("/{name}")
    @Operation(
            operationId = "removeFile",
            summary = "close: removes a memory file that nothing shows")
    @ApiResponse(responseCode = "204", description = "Removed")
    ResponseEntity<Void> remove(@PathVariable ContextId ctx, @PathVariable String name) {
        return mutations.remove(ctx, new RemoveFile(name));
    }
}

package dev.directmsi.api.device;

import dev.directmsi.api.http.Mutations;
import dev.directmsi.api.http.Reads;
import dev.directmsi.api.wire.U64;
import dev.directmsi.iommufd.ContextId;
import dev.directmsi.iommufd.command.WriteMemory;
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
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/// What is in the memory of the virtual machine monitor.
@RestController
@RequestMapping("/v1/contexts/{ctx}/memory")
@Tag(name = "memory")
class MemoryController {

    private final Mutations mutations;
    private final Reads reads;

    MemoryController(Mutations mutations, Reads reads) {
        this.mutations = mutations;
        this.reads = reads;
    }

    @PutMapping(
            path = "/{userVa}",
            consumes = MediaType.APPLICATION_OCTET_STREAM_VALUE,
            produces = MediaType.APPLICATION_JSON_VALUE)
    @Operation(operationId = "writeMemory", summary = "Writes memory, at most 1 MiB")
    ResponseEntity<MemoryWrittenResponse> write(
            @PathVariable ContextId ctx, @PathVariable U64 userVa, @RequestBody byte[] body) {
        return mutations.change(
                ctx,
                new WriteMemory(userVa.toUserVa(), body),
                (written, _) -> new MemoryWrittenResponse(userVa, new U64(written)));
    }

    @GetMapping(path = "/{userVa}", produces = MediaType.APPLICATION_OCTET_STREAM_VALUE)
    @Operation(operationId = "readMemory", summary = "Reads memory, at most 1 MiB")
    ResponseEntity<byte[]> read(
            @PathVariable ContextId ctx, @PathVariable U64 userVa, @RequestParam U64 length) {
        return reads.of(ctx, view -> WriteMemory.read(view, userVa.toUserVa(), length.value()));
    }

    @PostMapping(
            path = "/build-stage1",
            consumes = MediaType.APPLICATION_JSON_VALUE,
            produces = MediaType.APPLICATION_JSON_VALUE)
    @Operation(
            operationId = "buildStage1",
            summary = "Writes a guest's context descriptors and stage-1 tables into its memory",
            description =
                    "As its kernel would, so that nobody assembles descriptors by hand. Answers the words of the stream"
                            + " table entry to allocate a nested page table with.")
    ResponseEntity<BuildStage1Response> buildStage1(
            @PathVariable ContextId ctx, @RequestBody BuildStage1Request body) {
        return mutations.change(ctx, body.toCommand(), (built, _) -> BuildStage1Response.of(built));
    }
}

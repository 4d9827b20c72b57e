package dev.directmsi.api.selftest;

import dev.directmsi.api.http.Mutations;
import dev.directmsi.api.http.Reads;
import dev.directmsi.api.ioas.IoasResponse;
import dev.directmsi.api.wire.U32;
import dev.directmsi.api.wire.U64;
import dev.directmsi.iommufd.ContextId;
import dev.directmsi.iommufd.command.CheckRefs;
import dev.directmsi.iommufd.object.ObjectId;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
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

/// What the test driver and its process do to address spaces.
@RestController
@RequestMapping(path = "/v1/contexts/{ctx}/selftest", produces = MediaType.APPLICATION_JSON_VALUE)
@Tag(name = "selftest")
class SpaceController {

    private final Mutations mutations;
    private final Reads reads;

    SpaceController(Mutations mutations, Reads reads) {
        this.mutations = mutations;
        this.reads = reads;
    }

    @PostMapping(path = "/ioas/{id}/reserved", consumes = MediaType.APPLICATION_JSON_VALUE)
    @Operation(
            operationId = "addReserved",
            summary = "IOMMU_TEST_OP_ADD_RESERVED: reserves a range while the IOAS lives")
    ResponseEntity<IoasResponse> addReserved(
            @PathVariable ContextId ctx,
            @PathVariable ObjectId id,
            @RequestBody ReserveRequest body) {
        return mutations.change(ctx, new Selftest<>(body.toCommand(id)), IoasResponse::of);
    }

    /// Memory, and how often it should be pinned.
    ///
    /// @param userVa start of a page
    /// @param length whole pages
    /// @param refs pins
    record CheckRefsRequest(U64 userVa, U64 length, U32 refs) {}

    @PostMapping(path = "/check-refs", consumes = MediaType.APPLICATION_JSON_VALUE)
    @Operation(
            operationId = "checkRefs",
            summary = "IOMMU_TEST_OP_MD_CHECK_REFS: is memory pinned this often?")
    @ApiResponse(responseCode = "204", description = "It is")
    ResponseEntity<Void> checkRefs(
            @PathVariable ContextId ctx, @RequestBody CheckRefsRequest body) {
        return mutations.remove(
                ctx,
                new Selftest<>(
                        new CheckRefs(
                                body.userVa().toUserVa(),
                                body.length().value(),
                                body.refs().unsigned())));
    }

    @PutMapping(path = "/process", consumes = MediaType.APPLICATION_JSON_VALUE)
    @Operation(
            operationId = "setProcess",
            summary = "setrlimit, capset: what the process behind the context gives up")
    ResponseEntity<ProcessResponse> setProcess(
            @PathVariable ContextId ctx, @RequestBody ProcessRequest body) {
        return mutations.change(
                ctx, new Selftest<>(body.toCommand()), (process, _) -> ProcessResponse.of(process));
    }

    @GetMapping("/process")
    @Operation(operationId = "getProcess", summary = "Shows the process behind the context")
    ResponseEntity<ProcessResponse> getProcess(@PathVariable ContextId ctx) {
        return reads.of(
                ctx, view -> ProcessResponse.of(Selftest.onTestMachine(view).info().process()));
    }
}

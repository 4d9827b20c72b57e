package dev.directmsi.api.device;

import dev.directmsi.api.http.Mutations;
import dev.directmsi.api.http.Reads;
import dev.directmsi.api.wire.Limit;
import dev.directmsi.api.wire.ListOf;
import dev.directmsi.api.wire.U64;
import dev.directmsi.iommufd.ContextId;
import dev.directmsi.iommufd.Reason;
import dev.directmsi.iommufd.command.RemoveRegion;
import dev.directmsi.iommufd.object.MemoryRegion;
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

/// What memory the virtual machine monitor has.
@RestController
@RequestMapping(
        path = "/v1/contexts/{ctx}/memory/regions",
        produces = MediaType.APPLICATION_JSON_VALUE)
@Tag(name = "memory", description = "Memory of the virtual machine monitor, and what is in it")
class RegionController {

    private final Mutations mutations;
    private final Reads reads;

    RegionController(Mutations mutations, Reads reads) {
        this.mutations = mutations;
        this.reads = reads;
    }

    @PutMapping(path = "/{userVa}", consumes = MediaType.APPLICATION_JSON_VALUE)
    @Operation(
            operationId = "createRegion",
            summary = "mmap: makes memory at a user address",
            description = "Sparse and zero, contiguous in the host's RAM.")
    @ApiResponse(responseCode = "201", description = "Made")
    ResponseEntity<RegionResponse> create(
            @PathVariable ContextId ctx,
            @PathVariable U64 userVa,
            @RequestBody RegionRequest body) {
        return mutations.create(
                ctx,
                body.toCommand(userVa.toUserVa()),
                (region, _) -> RegionResponse.of(region),
                region -> "memory/regions/" + region.userVa());
    }

    @GetMapping
    @Operation(operationId = "listRegions", summary = "Lists the memory regions, by address")
    ResponseEntity<ListOf<RegionResponse>> list(
            @PathVariable ContextId ctx,
            @RequestParam(defaultValue = "" + Limit.DEFAULT) Limit limit,
            @RequestParam(defaultValue = "0x0") U64 cursor) {
        return reads.of(
                ctx,
                view ->
                        ListOf.of(
                                view.regions().tailMap(cursor.value(), true).values().iterator(),
                                limit,
                                RegionResponse::of,
                                region -> new U64(region.range().first()).toString()));
    }

    @GetMapping("/{userVa}")
    @Operation(
            operationId = "getRegion",
            summary = "Shows the memory region that begins at a user address")
    ResponseEntity<RegionResponse> get(@PathVariable ContextId ctx, @PathVariable U64 userVa) {
        return reads.of(
                ctx,
                view -> {
                    MemoryRegion region = view.regions().get(userVa.value());
                    if (region == null) {
                        throw Reason.REGION_NOT_FOUND.refusal("userVa", userVa.value());
                    }
                    return RegionResponse.of(region);
                });
    }

    @DeleteMapping("/{userVa}")
    @Operation(
            operationId = "removeRegion",
            summary = "munmap: removes a memory region",
            description =
                    "Its memory goes, except pages that page tables or accesses have pinned: those"
                            + " stay for them as long as they hold them.")
    @ApiResponse(responseCode = "204", description = "Removed")
    ResponseEntity<Void> remove(@PathVariable ContextId ctx, @PathVariable U64 userVa) {
        return mutations.remove(ctx, new RemoveRegion(userVa.toUserVa()));
    }
}

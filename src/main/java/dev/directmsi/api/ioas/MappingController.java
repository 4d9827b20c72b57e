package dev.directmsi.api.ioas;

import dev.directmsi.address.AddressRange;
import dev.directmsi.api.http.Mutations;
import dev.directmsi.api.http.Reads;
import dev.directmsi.api.wire.Limit;
import dev.directmsi.api.wire.ListOf;
import dev.directmsi.api.wire.U64;
import dev.directmsi.iommufd.ContextId;
import dev.directmsi.iommufd.Reason;
import dev.directmsi.iommufd.command.UnmapPages;
import dev.directmsi.iommufd.object.Ioas;
import dev.directmsi.iommufd.object.ObjectId;
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
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/// The mappings of an address space.
@RestController
@RequestMapping(
        path = "/v1/contexts/{ctx}/ioas/{id}/mappings",
        produces = MediaType.APPLICATION_JSON_VALUE)
@Tag(name = "ioas")
class MappingController {

    private final Mutations mutations;
    private final Reads reads;

    MappingController(Mutations mutations, Reads reads) {
        this.mutations = mutations;
        this.reads = reads;
    }

    @PostMapping(consumes = MediaType.APPLICATION_JSON_VALUE)
    @Operation(
            operationId = "mapPages",
            summary = "IOMMU_IOAS_MAP, IOMMU_IOAS_MAP_FILE: makes memory visible to devices")
    @ApiResponse(responseCode = "201", description = "Mapped")
    ResponseEntity<MappingResponse> map(
            @PathVariable ContextId ctx, @PathVariable ObjectId id, @RequestBody MapRequest body) {
        return mutations.create(
                ctx,
                body.toCommand(id),
                (mapping, _) -> MappingResponse.of(mapping),
                mapping -> path(id) + "/" + mapping.iova());
    }

    @PostMapping(path = "/batch", consumes = MediaType.APPLICATION_JSON_VALUE)
    @Operation(
            operationId = "mapBatch",
            summary = "IOMMU_IOAS_MAP many times in one commit: all or nothing")
    @ApiResponse(responseCode = "201", description = "Mapped")
    ResponseEntity<MapBatchResponse> mapBatch(
            @PathVariable ContextId ctx,
            @PathVariable ObjectId id,
            @RequestBody MapBatchRequest body) {
        return mutations.create(
                ctx,
                body.toCommand(id),
                (mappings, _) -> MapBatchResponse.of(mappings),
                _ -> path(id));
    }

    @PostMapping(path = "/copy", consumes = MediaType.APPLICATION_JSON_VALUE)
    @Operation(
            operationId = "copyPages",
            summary = "IOMMU_IOAS_COPY: makes mapped memory visible here, too",
            description =
                    "Copies share their memory: whether it can be written was fixed when it was first mapped.")
    @ApiResponse(responseCode = "201", description = "Copied")
    ResponseEntity<CopyResponse> copy(
            @PathVariable ContextId ctx, @PathVariable ObjectId id, @RequestBody CopyRequest body) {
        return mutations.create(
                ctx,
                body.toCommand(id),
                (copied, _) -> CopyResponse.of(copied),
                copied -> path(id) + "/" + copied.iova());
    }

    @DeleteMapping
    @Operation(
            operationId = "unmapPages",
            summary = "IOMMU_IOAS_UNMAP: removes the mappings in a range",
            description =
                    "Whole mappings only. iova 0 with length 0xffffffffffffffff means everything. Stops at the first"
                            + " mapping that cannot go; the problem's params.progress says how far it came.")
    ResponseEntity<UnmapResponse> unmap(
            @PathVariable ContextId ctx,
            @PathVariable ObjectId id,
            @RequestParam U64 iova,
            @RequestParam U64 length) {
        return mutations.change(
                ctx,
                new UnmapPages(id, iova.value(), length.value()),
                (unmapped, _) -> UnmapResponse.of(unmapped));
    }

    @GetMapping
    @Operation(
            operationId = "listMappings",
            summary = "Lists the mappings that touch a range, by IOVA")
    ResponseEntity<ListOf<MappingResponse>> list(
            @PathVariable ContextId ctx,
            @PathVariable ObjectId id,
            @RequestParam(defaultValue = "0x0") U64 first,
            @RequestParam(defaultValue = "0xffffffffffffffff") U64 last,
            @RequestParam(defaultValue = "" + Limit.DEFAULT) Limit limit,
            @RequestParam(required = false) @Nullable U64 cursor) {
        AddressRange window = U64.range(cursor == null ? first : cursor, last);
        return reads.of(
                ctx,
                view -> {
                    Ioas ioas = view.require(id, Ioas.class, Reason.IOAS_NOT_FOUND);
                    return ListOf.of(
                            view.mappings(ioas.id()).in(window).iterator(),
                            limit,
                            MappingResponse::of,
                            mapping -> new U64(mapping.first()).toString());
                });
    }

    @GetMapping("/{iova}")
    @Operation(operationId = "getMapping", summary = "Shows the mapping that contains an IOVA")
    ResponseEntity<MappingResponse> get(
            @PathVariable ContextId ctx, @PathVariable ObjectId id, @PathVariable U64 iova) {
        return reads.of(
                ctx,
                view -> {
                    Ioas ioas = view.require(id, Ioas.class, Reason.IOAS_NOT_FOUND);
                    return view.mappings(ioas.id())
                            .at(iova.value())
                            .map(MappingResponse::of)
                            .orElseThrow(() ->
                                    Reason.MAPPING_NOT_FOUND.refusal(
                                            "ioasId", id, "iova", iova.value()));
                });
    }

    private static String path(ObjectId ioas) {
        return "ioas/" + ioas + "/mappings";
    }
}

package dev.directmsi.api.ioas;

import dev.directmsi.api.http.Mutations;
import dev.directmsi.api.http.Reads;
import dev.directmsi.api.wire.Limit;
import dev.directmsi.api.wire.ListOf;
import dev.directmsi.api.wire.U32;
import dev.directmsi.iommufd.ContextId;
import dev.directmsi.iommufd.Reason;
import dev.directmsi.iommufd.command.SetHugePages;
import dev.directmsi.iommufd.object.Ioas;
import dev.directmsi.iommufd.object.ObjectId;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;
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

/// I/O address spaces.
@RestController
@RequestMapping(path = "/v1/contexts/{ctx}/ioas", produces = MediaType.APPLICATION_JSON_VALUE)
@Tag(name = "ioas", description = "I/O address spaces and their mappings")
class IoasController {

    private final Mutations mutations;
    private final Reads reads;

    IoasController(Mutations mutations, Reads reads) {
        this.mutations = mutations;
        this.reads = reads;
    }

    @PostMapping(consumes = MediaType.APPLICATION_JSON_VALUE)
    @Operation(
            operationId = "allocIoas",
            summary = "IOMMU_IOAS_ALLOC: makes an empty address space")
    @ApiResponse(responseCode = "201", description = "Made")
    ResponseEntity<IoasResponse> alloc(
            @PathVariable ContextId ctx,
            @RequestBody(required = false) @Nullable IoasAllocRequest body) {
        IoasAllocRequest request = body == null ? IoasAllocRequest.EMPTY : body;
        return mutations.create(
                ctx, request.toCommand(), IoasResponse::of, ioas -> "ioas/" + ioas.id());
    }

    @GetMapping
    @Operation(operationId = "listIoas", summary = "Lists the address spaces, by id")
    ResponseEntity<ListOf<IoasResponse>> list(
            @PathVariable ContextId ctx,
            @RequestParam(defaultValue = "" + Limit.DEFAULT) Limit limit,
            @RequestParam(defaultValue = "0") ObjectId cursor) {
        return reads.list(ctx, Ioas.class, limit, cursor, IoasResponse::of);
    }

    @GetMapping("/{id}")
    @Operation(operationId = "getIoas", summary = "Shows an address space")
    ResponseEntity<IoasResponse> get(@PathVariable ContextId ctx, @PathVariable ObjectId id) {
        return reads.of(
                ctx,
                view -> IoasResponse.of(view.require(id, Ioas.class, Reason.IOAS_NOT_FOUND), view));
    }

    @GetMapping("/{id}/iova-ranges")
    @Operation(
            operationId = "getIovaRanges",
            summary = "IOMMU_IOAS_IOVA_RANGES: where it can be mapped",
            description =
                    "Changes with every attachment; read it again after one. numIovas is the room that there is for"
                            + " ranges; if they are more, the problem's params say how many, the first of them and the"
                            + " alignment.")
    ResponseEntity<IovaRangesResponse> iovaRanges(
            @PathVariable ContextId ctx,
            @PathVariable ObjectId id,
            @RequestParam(required = false) @Nullable U32 numIovas) {
        return reads.of(
                ctx,
                "IOMMU_IOAS_IOVA_RANGES",
                view -> {
                    Ioas ioas = view.require(id, Ioas.class, Reason.IOAS_NOT_FOUND);
                    return IovaRangesResponse.of(
                            ioas.id(),
                            view.relations().space(ioas.id()),
                            numIovas == null ? Integer.MAX_VALUE : numIovas.unsigned());
                });
    }

    @GetMapping("/{id}/options/huge-pages")
    @Operation(
            operationId = "getHugePages",
            summary = "IOMMU_OPTION_HUGE_PAGES: shows whether large pages are allowed")
    ResponseEntity<OptionValue> getHugePages(
            @PathVariable ContextId ctx, @PathVariable ObjectId id) {
        return reads.of(
                ctx,
                "IOMMU_OPTION",
                view ->
                        OptionValue.of(
                                view.require(id, Ioas.class, Reason.IOAS_NOT_FOUND).hugePages()));
    }

    @PutMapping(path = "/{id}/options/huge-pages", consumes = MediaType.APPLICATION_JSON_VALUE)
    @Operation(
            operationId = "setHugePages",
            summary = "IOMMU_OPTION_HUGE_PAGES: allows large pages (1), or forbids them (0)",
            description = "Forbidding aligns the address space to pages of the host.")
    ResponseEntity<OptionValue> setHugePages(
            @PathVariable ContextId ctx, @PathVariable ObjectId id, @RequestBody OptionValue body) {
        return mutations.change(
                ctx,
                new SetHugePages(id, body.value().value()),
                (ioas, _) -> OptionValue.of(ioas.hugePages()));
    }

    @PutMapping(path = "/{id}/allowed-iovas", consumes = MediaType.APPLICATION_JSON_VALUE)
    @Operation(
            operationId = "allowIovas",
            summary = "IOMMU_IOAS_ALLOW_IOVAS: reserves ranges for automatic placement")
    ResponseEntity<IoasResponse> allowIovas(
            @PathVariable ContextId ctx,
            @PathVariable ObjectId id,
            @RequestBody AllowIovasRequest body) {
        return mutations.change(ctx, body.toCommand(id), IoasResponse::of);
    }
}

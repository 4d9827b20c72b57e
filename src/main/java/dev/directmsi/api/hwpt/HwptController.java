package dev.directmsi.api.hwpt;

import dev.directmsi.address.AddressRange;
import dev.directmsi.api.http.Mutations;
import dev.directmsi.api.http.Proposal;
import dev.directmsi.api.http.Reads;
import dev.directmsi.api.wire.Limit;
import dev.directmsi.api.wire.ListOf;
import dev.directmsi.api.wire.U64;
import dev.directmsi.iommufd.ContextId;
import dev.directmsi.iommufd.ContextView;
import dev.directmsi.iommufd.MsiPage;
import dev.directmsi.iommufd.Reason;
import dev.directmsi.iommufd.SoleTable;
import dev.directmsi.iommufd.TableRanges;
import dev.directmsi.iommufd.object.HwptNested;
import dev.directmsi.iommufd.object.HwptPaging;
import dev.directmsi.iommufd.object.IommufdObject;
import dev.directmsi.iommufd.object.ObjectId;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.util.Collection;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/// Page tables.
@RestController
@RequestMapping(path = "/v1/contexts/{ctx}/hwpts", produces = MediaType.APPLICATION_JSON_VALUE)
@Tag(name = "hwpts", description = "Page tables: the host's, and guests' stage 1 on top of them")
class HwptController {

    private final Mutations mutations;
    private final Reads reads;

    HwptController(Mutations mutations, Reads reads) {
        this.mutations = mutations;
        this.reads = reads;
    }

    @PostMapping(consumes = MediaType.APPLICATION_JSON_VALUE)
    @Operation(
            operationId = "allocHwpt",
            summary = "IOMMU_HWPT_ALLOC: makes a page table on an IOAS, or nests one on a vIOMMU",
            description =
                    "The flag DIRECT_MSI is a proposal: with NEST_PARENT it makes a logical stage-2 domain with a copy"
                            + " per SMMU and ITS, without an MSI window.")
    @ApiResponse(responseCode = "201", description = "Made")
    ResponseEntity<HwptResponse> alloc(
            @PathVariable ContextId ctx, @RequestBody HwptAllocRequest body) {
        return mutations.create(
                ctx, body.toCommand(), HwptController::show, hwpt -> "hwpts/" + hwpt.id());
    }

    @GetMapping
    @Operation(operationId = "listHwpts", summary = "Lists the page tables, by id")
    ResponseEntity<ListOf<HwptResponse>> list(
            @PathVariable ContextId ctx,
            @RequestParam(defaultValue = "" + Limit.DEFAULT) Limit limit,
            @RequestParam(defaultValue = "0") ObjectId cursor) {
        return reads.of(
                ctx,
                view ->
                        ListOf.of(
                                view.objects().stream()
                                        .filter(object ->
                                                object instanceof HwptPaging
                                                        || object instanceof HwptNested)
                                        .filter(object -> object.id().compareTo(cursor) >= 0)
                                        .iterator(),
                                limit,
                                hwpt -> show(hwpt, view),
                                hwpt -> hwpt.id().toString()));
    }

    @GetMapping("/{id}")
    @Operation(operationId = "getHwpt", summary = "Shows a page table")
    ResponseEntity<HwptResponse> get(@PathVariable ContextId ctx, @PathVariable ObjectId id) {
        return reads.of(
                ctx,
                view -> show(view.require(id, IommufdObject.class, Reason.HWPT_NOT_FOUND), view));
    }

    private static HwptResponse show(IommufdObject object, ContextView view) {
        return switch (object) {
            case HwptPaging hwpt -> HwptResponse.of(hwpt, view);
            case HwptNested hwpt -> HwptResponse.of(hwpt, view);
            case IommufdObject other ->
                    throw Reason.HWPT_NOT_FOUND.refusal("context", view.id(), "id", other.id());
        };
    }

    @Proposal
    @GetMapping("/{id}/s2-copies")
    @Operation(
            operationId = "listS2Copies",
            summary = "Proposal: lists the stage-2 copies of a DIRECT_MSI parent",
            description =
                    "Any other page table is one table on one SMMU, listed here under that SMMU's name. None on a mock.")
    ResponseEntity<ListOf<S2CopyResponse>> copies(
            @PathVariable ContextId ctx, @PathVariable ObjectId id) {
        return reads.of(
                ctx, view -> new ListOf<>(S2CopyResponse.tables(parent(view, id), view), null));
    }

    @Proposal
    @GetMapping("/{id}/s2-copies/{copy}/table")
    @Operation(
            operationId = "listS2Table",
            summary = "Proposal: lists the table of a stage-2 copy, by IPA",
            description = "As ranges; what leads to an ITS is an MSI page.")
    ResponseEntity<ListOf<TableEntryResponse>> table(
            @PathVariable ContextId ctx,
            @PathVariable ObjectId id,
            @PathVariable String copy,
            @RequestParam(defaultValue = "0x0") U64 first,
            @RequestParam(defaultValue = "0xffffffffffffffff") U64 last,
            @RequestParam(defaultValue = "" + Limit.DEFAULT) Limit limit,
            @RequestParam(required = false) @Nullable U64 cursor) {
        AddressRange window = U64.range(cursor == null ? first : cursor, last);
        return reads.of(
                ctx,
                view -> {
                    HwptPaging parent = parent(view, id);
                    return ListOf.of(
                            new TableRanges(view, parent, msiPages(view, parent, copy), window),
                            limit,
                            TableEntryResponse::of,
                            entry -> new U64(entry.range().first()).toString());
                });
    }

    private static Collection<MsiPage> msiPages(ContextView view, HwptPaging parent, String copy) {
        Optional<Collection<MsiPage>> sole =
                SoleTable.of(view, parent)
                        .filter(_ -> parent.smmu().equals(copy))
                        .map(SoleTable::msiPages);
        return sole.or(() ->
                        view.relations().copiesOf(parent.id()).values().stream()
                                .filter(state -> state.copy().key().toString().equals(copy))
                                .map(state -> state.msiPages().values())
                                .findFirst())
                .orElseThrow(() ->
                        Reason.S2_COPY_NOT_FOUND.refusal("hwptId", parent.id(), "copy", copy));
    }

    private static HwptPaging parent(ContextView view, ObjectId id) {
        return view.require(id, HwptPaging.class, Reason.HWPT_NOT_FOUND);
    }

    @PostMapping(path = "/{id}/invalidations", consumes = MediaType.APPLICATION_JSON_VALUE)
    @Operation(
            operationId = "invalidateHwpt",
            summary = "IOMMU_HWPT_INVALIDATE: passes a guest's SMMU commands down",
            description =
                    "Takes any object id; on the SMMUv3 it is that of a vIOMMU, the mock takes a nested page table"
                            + " too. Stops at the first command that is refused; the problem's"
                            + " params.progress says how many were done.")
    ResponseEntity<InvalidateResponse> invalidate(
            @PathVariable ContextId ctx,
            @PathVariable ObjectId id,
            @RequestBody InvalidateRequest body) {
        return mutations.change(ctx, body.toCommand(id), (done, _) -> InvalidateResponse.of(done));
    }
}

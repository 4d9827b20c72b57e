package dev.directmsi.api.selftest;

import dev.directmsi.api.http.Mutations;
import dev.directmsi.api.wire.Empty;
import dev.directmsi.api.wire.Flags;
import dev.directmsi.api.wire.U32;
import dev.directmsi.api.wire.U64;
import dev.directmsi.iommufd.ContextId;
import dev.directmsi.iommufd.command.CheckMockIotlb;
import dev.directmsi.iommufd.command.CheckMockMap;
import dev.directmsi.iommufd.command.MarkDirty;
import dev.directmsi.iommufd.object.ObjectId;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/// Looks into page tables of the mock IOMMU.
@RestController
@RequestMapping(
        path = "/v1/contexts/{ctx}/selftest/hwpts/{id}",
        produces = MediaType.APPLICATION_JSON_VALUE)
@Tag(name = "selftest")
class MockTableController {

    private final Mutations mutations;

    MockTableController(Mutations mutations) {
        this.mutations = mutations;
    }

    /// What a page table should lead to.
    ///
    /// @param iova where the range begins
    /// @param length bytes
    /// @param userVa where the process has the same memory
    record CheckMapRequest(U64 iova, U64 length, U64 userVa) {}

    /// What a word of a nested page table's cache should hold.
    ///
    /// @param iotlbId word 0 to 3
    /// @param iotlb its value
    record CheckIotlbRequest(U32 iotlbId, U32 iotlb) {}

    @PostMapping(path = "/check-iotlb", consumes = MediaType.APPLICATION_JSON_VALUE)
    @Operation(
            operationId = "checkMockIotlb",
            summary = "IOMMU_TEST_OP_MD_CHECK_IOTLB: succeeds if a cache word has this value")
    ResponseEntity<Empty> checkIotlb(
            @PathVariable ContextId ctx,
            @PathVariable ObjectId id,
            @RequestBody CheckIotlbRequest body) {
        var command = new CheckMockIotlb(id, body.iotlbId().unsigned(), body.iotlb().value());
        return mutations.change(ctx, command, (_, _) -> new Empty());
    }

    @PostMapping(path = "/check-map", consumes = MediaType.APPLICATION_JSON_VALUE)
    @Operation(
            operationId = "checkMockMap",
            summary = "IOMMU_TEST_OP_MD_CHECK_MAP: succeeds if a range is mapped to this memory")
    ResponseEntity<Empty> checkMap(
            @PathVariable ContextId ctx,
            @PathVariable ObjectId id,
            @RequestBody CheckMapRequest body) {
        var command =
                new CheckMockMap(
                        id, body.iova().value(), body.length().value(), body.userVa().value());
        return mutations.change(ctx, command, (_, _) -> new Empty());
    }

    /// Pages that a device is said to have written.
    ///
    /// @param iova where the range begins
    /// @param length bytes
    /// @param pageSize of the pages that are counted
    /// @param flags has no meaning, as in the kernel
    /// @param dirtyPages which pages of the range, by index
    record MarkDirtyRequest(
            U64 iova, U64 length, U64 pageSize, @Nullable Flags flags, List<U32> dirtyPages) {}

    /// How many pages were named.
    ///
    /// @param dirty of those within the range
    record MarkDirtyResponse(int dirty) {}

    @PostMapping(path = "/dirty", consumes = MediaType.APPLICATION_JSON_VALUE)
    @Operation(
            operationId = "markDirty",
            summary = "IOMMU_TEST_OP_DIRTY: makes pages dirty, as a device's writes would")
    ResponseEntity<MarkDirtyResponse> markDirty(
            @PathVariable ContextId ctx,
            @PathVariable ObjectId id,
            @RequestBody MarkDirtyRequest body) {
        var command =
                new MarkDirty(
                        id,
                        body.iova().value(),
                        body.length().value(),
                        body.pageSize().value(),
                        body.dirtyPages().stream().map(U32::unsigned).toList());
        return mutations.change(ctx, command, (marked, _) -> new MarkDirtyResponse(marked.dirty()));
    }
}

package dev.directmsi.api.selftest;

import dev.directmsi.api.http.Mutations;
import dev.directmsi.api.selftest.MockDomainController.MockAttachRequest;
import dev.directmsi.api.selftest.MockDomainController.MockAttachmentResponse;
import dev.directmsi.api.wire.Empty;
import dev.directmsi.api.wire.U32;
import dev.directmsi.iommufd.ContextId;
import dev.directmsi.iommufd.command.AttachMockPasid;
import dev.directmsi.iommufd.command.CheckMockPasid;
import dev.directmsi.iommufd.command.DetachMockPasid;
import dev.directmsi.iommufd.object.ObjectId;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/// PASIDs of the kernel's test driver's devices.
@RestController
@RequestMapping(
        path = "/v1/contexts/{ctx}/selftest/mock-domains/{id}/pasids/{pasid}",
        produces = MediaType.APPLICATION_JSON_VALUE)
@Tag(name = "selftest")
class MockPasidController {

    private final Mutations mutations;

    MockPasidController(Mutations mutations) {
        this.mutations = mutations;
    }

    /// Where a PASID should be attached.
    ///
    /// @param hwptId a page table, or 0 for none at all
    record CheckPasidRequest(ObjectId hwptId) {}

    @PostMapping(path = "/attachment", consumes = MediaType.APPLICATION_JSON_VALUE)
    @Operation(
            operationId = "attachMockPasid",
            summary = "IOMMU_TEST_OP_PASID_ATTACH: attaches a PASID of a mock device")
    ResponseEntity<MockAttachmentResponse> attach(
            @PathVariable ContextId ctx,
            @PathVariable ObjectId id,
            @PathVariable U32 pasid,
            @RequestBody MockAttachRequest body) {
        return set(ctx, new AttachMockPasid(id, pasid.value(), body.ptId(), false));
    }

    @PutMapping(path = "/attachment", consumes = MediaType.APPLICATION_JSON_VALUE)
    @Operation(
            operationId = "replaceMockPasid",
            summary = "IOMMU_TEST_OP_PASID_REPLACE: attaches a PASID of a mock device elsewhere")
    ResponseEntity<MockAttachmentResponse> replace(
            @PathVariable ContextId ctx,
            @PathVariable ObjectId id,
            @PathVariable U32 pasid,
            @RequestBody MockAttachRequest body) {
        return set(ctx, new AttachMockPasid(id, pasid.value(), body.ptId(), true));
    }

    private ResponseEntity<MockAttachmentResponse> set(ContextId ctx, AttachMockPasid command) {
        return mutations.change(
                ctx, command, (attached, _) -> new MockAttachmentResponse(attached.hwptId()));
    }

    @DeleteMapping("/attachment")
    @Operation(
            operationId = "detachMockPasid",
            summary = "IOMMU_TEST_OP_PASID_DETACH: detaches a PASID of a mock device",
            description = "Succeeds where nothing is attached, too.")
    @ApiResponse(responseCode = "204", description = "Detached")
    ResponseEntity<Void> detach(
            @PathVariable ContextId ctx, @PathVariable ObjectId id, @PathVariable U32 pasid) {
        return mutations.remove(ctx, new DetachMockPasid(id, pasid.value()));
    }

    @PostMapping(path = "/check-hwpt", consumes = MediaType.APPLICATION_JSON_VALUE)
    @Operation(
            operationId = "checkMockPasid",
            summary = "IOMMU_TEST_OP_PASID_CHECK_HWPT: succeeds if a PASID is attached there")
    ResponseEntity<Empty> check(
            @PathVariable ContextId ctx,
            @PathVariable ObjectId id,
            @PathVariable U32 pasid,
            @RequestBody CheckPasidRequest body) {
        return mutations.change(
                ctx, new CheckMockPasid(id, pasid.value(), body.hwptId()), (_, _) -> new Empty());
    }
}

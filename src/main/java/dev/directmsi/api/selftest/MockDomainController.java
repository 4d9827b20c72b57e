package dev.directmsi.api.selftest;

import dev.directmsi.api.http.Mutations;
import dev.directmsi.api.wire.U32;
import dev.directmsi.iommufd.ContextId;
import dev.directmsi.iommufd.command.MockDomain;
import dev.directmsi.iommufd.command.ReplaceMockDomain;
import dev.directmsi.iommufd.object.ObjectId;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/// Devices of the kernel's test driver.
@RestController
@RequestMapping(
        path = "/v1/contexts/{ctx}/selftest/mock-domains",
        produces = MediaType.APPLICATION_JSON_VALUE)
@Tag(name = "selftest", description = "What the kernel's test driver adds, on hosts that have it")
class MockDomainController {

    private final Mutations mutations;

    MockDomainController(Mutations mutations) {
        this.mutations = mutations;
    }

    /// Makes a mock device.
    ///
    /// @param ptId an IOAS or a page table
    /// @param devFlags 1 without dirty tracking, 4 with PASIDs; 0 if absent
    record MockDomainRequest(ObjectId ptId, @Nullable U32 devFlags) {}

    /// A mock device.
    ///
    /// @param stdevId the test driver's own object: destroy it to remove the device
    /// @param deviceId the bound device
    /// @param hwptId the page table it uses
    record MockDomainResponse(ObjectId stdevId, ObjectId deviceId, ObjectId hwptId) {}

    /// Where to attach it.
    ///
    /// @param ptId an IOAS or a page table
    record MockAttachRequest(ObjectId ptId) {}

    /// Where it is attached.
    ///
    /// @param hwptId the page table it uses
    record MockAttachmentResponse(ObjectId hwptId) {}

    @PostMapping(consumes = MediaType.APPLICATION_JSON_VALUE)
    @Operation(
            operationId = "makeMockDomain",
            summary = "IOMMU_TEST_OP_MOCK_DOMAIN: makes, binds and attaches a mock device")
    @ApiResponse(responseCode = "201", description = "Made")
    ResponseEntity<MockDomainResponse> make(
            @PathVariable ContextId ctx, @RequestBody MockDomainRequest body) {
        int flags = body.devFlags() == null ? 0 : body.devFlags().value();
        return mutations.create(
                ctx,
                new MockDomain(body.ptId(), flags),
                (made, _) -> new MockDomainResponse(made.mockId(), made.deviceId(), made.hwptId()),
                made -> "devices/" + made.deviceId());
    }

    @PutMapping(path = "/{id}/attachment", consumes = MediaType.APPLICATION_JSON_VALUE)
    @Operation(
            operationId = "replaceMockDomain",
            summary = "IOMMU_TEST_OP_MOCK_DOMAIN_REPLACE: attaches a mock device elsewhere")
    ResponseEntity<MockAttachmentResponse> replace(
            @PathVariable ContextId ctx,
            @PathVariable ObjectId id,
            @RequestBody MockAttachRequest body) {
        return mutations.change(
                ctx,
                new ReplaceMockDomain(id, body.ptId()),
                (done, _) -> new MockAttachmentResponse(done.hwptId()));
    }
}

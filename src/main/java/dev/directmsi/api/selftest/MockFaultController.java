package dev.directmsi.api.selftest;

import dev.directmsi.api.http.Mutations;
import dev.directmsi.api.wire.Flags;
import dev.directmsi.api.wire.U32;
import dev.directmsi.api.wire.U64;
import dev.directmsi.iommufd.ContextId;
import dev.directmsi.iommufd.command.RequestPage;
import dev.directmsi.iommufd.object.ObjectId;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/// Page requests of the kernel's test driver's devices.
@RestController
@RequestMapping(
        path = "/v1/contexts/{ctx}/selftest/devices/{id}/page-requests",
        produces = MediaType.APPLICATION_JSON_VALUE)
@Tag(name = "selftest")
class MockFaultController {

    private static final Map<String, Integer> PERMISSIONS =
            Map.of("READ", 1, "WRITE", 2, "EXEC", 4, "PRIV", 8);

    private final Mutations mutations;

    MockFaultController(Mutations mutations) {
        this.mutations = mutations;
    }

    /// A page that a device asks for.
    ///
    /// @param pasid 0 for none
    /// @param grpid the device's number for the group
    /// @param perm `READ`, `WRITE`, `EXEC`, `PRIV`
    /// @param addr where
    record PageRequest(U32 pasid, U32 grpid, Flags perm, U64 addr) {

        RequestPage toCommand(ObjectId device) {
            return new RequestPage(
                    device,
                    pasid.value(),
                    grpid.value(),
                    perm.bits("perm", PERMISSIONS),
                    addr.value());
        }
    }

    /// What became of it.
    ///
    /// @param faultQueueId the queue that took it; absent where it was refused at once
    record PageRequestResponse(@Nullable ObjectId faultQueueId) {}

    @PostMapping(consumes = MediaType.APPLICATION_JSON_VALUE)
    @Operation(
            operationId = "requestPage",
            summary = "IOMMU_TEST_OP_TRIGGER_IOPF: a mock device requests a page")
    ResponseEntity<PageRequestResponse> request(
            @PathVariable ContextId ctx, @PathVariable ObjectId id, @RequestBody PageRequest body) {
        return mutations.change(
                ctx,
                body.toCommand(id),
                (requested, _) -> new PageRequestResponse(requested.faultQueue()));
    }
}

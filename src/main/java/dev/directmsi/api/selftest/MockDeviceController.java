package dev.directmsi.api.selftest;

import dev.directmsi.api.http.Mutations;
import dev.directmsi.api.wire.Empty;
import dev.directmsi.api.wire.U32;
import dev.directmsi.iommufd.ContextId;
import dev.directmsi.iommufd.command.CheckMockCache;
import dev.directmsi.iommufd.command.TriggerVevent;
import dev.directmsi.iommufd.object.ObjectId;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/// What mock devices hold and do; the id is that of the bound device.
@RestController
@RequestMapping(
        path = "/v1/contexts/{ctx}/selftest/devices/{id}",
        produces = MediaType.APPLICATION_JSON_VALUE)
@Tag(name = "selftest")
class MockDeviceController {

    private final Mutations mutations;

    MockDeviceController(Mutations mutations) {
        this.mutations = mutations;
    }

    /// What a word of a device's cache should hold.
    ///
    /// @param cacheId word 0 to 3
    /// @param cache its value
    record CheckCacheRequest(U32 cacheId, U32 cache) {}

    /// Where an event went.
    ///
    /// @param veventqId the queue
    /// @param lost whether there was no room for it
    record TriggeredResponse(ObjectId veventqId, boolean lost) {}

    @PostMapping(path = "/check-cache", consumes = MediaType.APPLICATION_JSON_VALUE)
    @Operation(
            operationId = "checkMockCache",
            summary = "IOMMU_TEST_OP_DEV_CHECK_CACHE: succeeds if a cache word has this value")
    ResponseEntity<Empty> checkCache(
            @PathVariable ContextId ctx,
            @PathVariable ObjectId id,
            @RequestBody CheckCacheRequest body) {
        var command = new CheckMockCache(id, body.cacheId().unsigned(), body.cache().value());
        return mutations.change(ctx, command, (_, _) -> new Empty());
    }

    @PostMapping(path = "/vevents", consumes = MediaType.APPLICATION_JSON_VALUE)
    @Operation(
            operationId = "triggerVevent",
            summary = "IOMMU_TEST_OP_TRIGGER_VEVENT: reports an event of the device to its guest")
    ResponseEntity<TriggeredResponse> trigger(
            @PathVariable ContextId ctx, @PathVariable ObjectId id, @RequestBody Empty body) {
        return mutations.change(
                ctx,
                new TriggerVevent(id),
                (done, _) -> new TriggeredResponse(done.queue(), done.lost()));
    }
}

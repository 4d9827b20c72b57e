package dev.directmsi.api.device;

import dev.directmsi.api.http.Proposal;
import dev.directmsi.api.http.Reading;
import dev.directmsi.api.http.Reads;
import dev.directmsi.iommufd.ContextId;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/// Direct MSI for a whole virtual machine, tried on paper.
@RestController
@RequestMapping(path = "/v1/contexts/{ctx}/msi", produces = MediaType.APPLICATION_JSON_VALUE)
@Tag(name = "interrupts")
class MsiPlanController {

    private final Reads reads;

    MsiPlanController(Reads reads) {
        this.reads = reads;
    }

    @Proposal
    @Reading
    @PostMapping(path = "/plan", consumes = MediaType.APPLICATION_JSON_VALUE)
    @Operation(
            operationId = "planMsi",
            summary = "Proposal: says which stage-2 copies and VMIDs a virtual machine would take",
            description = "The devices need not be bound. Nothing is reserved.")
    ResponseEntity<MsiPlanResponse> plan(
            @PathVariable ContextId ctx, @RequestBody MsiPlanRequest body) {
        return reads.of(ctx, body.toCommand(), (plan, _) -> MsiPlanResponse.of(plan));
    }
}

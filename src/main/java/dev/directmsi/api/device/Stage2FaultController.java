package dev.directmsi.api.device;

import dev.directmsi.api.http.Reads;
import dev.directmsi.api.wire.Limit;
import dev.directmsi.api.wire.ListOf;
import dev.directmsi.iommufd.ContextId;
import dev.directmsi.iommufd.object.QueuedEvent;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/// The faults that no guest is told of.
@RestController
@RequestMapping(
        path = "/v1/contexts/{ctx}/stage2-faults",
        produces = MediaType.APPLICATION_JSON_VALUE)
@Tag(name = "accesses")
class Stage2FaultController {

    private final Reads reads;

    Stage2FaultController(Reads reads) {
        this.reads = reads;
    }

    @GetMapping
    @Operation(
            operationId = "listStage2Faults",
            summary = "Lists the stage-2 faults, which Linux only logs, oldest first",
            description =
                    "The last 1,000. after is the sequence of the last one seen; nextCursor is the next after.")
    ResponseEntity<ListOf<Stage2FaultResponse>> list(
            @PathVariable ContextId ctx,
            @RequestParam(required = false) @Nullable Long after,
            @RequestParam(defaultValue = "" + Limit.DEFAULT) Limit limit) {
        return reads.of(
                ctx,
                view ->
                        ListOf.of(
                                view.events(QueuedEvent.STAGE2_FAULTS).stream()
                                        .filter(fault -> after == null || fault.sequence() > after)
                                        .iterator(),
                                limit,
                                fault -> Stage2FaultResponse.of(fault, view),
                                fault -> Long.toString(fault.sequence() - 1)));
    }
}

package dev.directmsi.api.device;

import dev.directmsi.api.http.Mutations;
import dev.directmsi.api.http.Reading;
import dev.directmsi.api.http.Reads;
import dev.directmsi.iommufd.ContextId;
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

/// What a device does.
@RestController
@RequestMapping(
        path = "/v1/contexts/{ctx}/devices/{id}",
        produces = MediaType.APPLICATION_JSON_VALUE)
@Tag(name = "accesses", description = "What devices write and read, hop by hop")
class AccessController {

    private final Mutations mutations;
    private final Reads reads;

    AccessController(Mutations mutations, Reads reads) {
        this.mutations = mutations;
        this.reads = reads;
    }

    @PostMapping(path = "/msi-write", consumes = MediaType.APPLICATION_JSON_VALUE)
    @Operation(
            operationId = "writeMsi",
            summary = "The device writes an interrupt message",
            description =
                    "Either what is programmed for a vector, or any address and data. Has the effects that hardware"
                            + " would have: a lost message may end in memory, a fault in a queue.")
    ResponseEntity<AccessResponse> writeMsi(
            @PathVariable ContextId ctx,
            @PathVariable ObjectId id,
            @RequestBody MsiWriteRequest body) {
        return mutations.change(
                ctx, body.toCommand(id), (written, _) -> AccessResponse.of(written));
    }

    @PostMapping(path = "/dma", consumes = MediaType.APPLICATION_JSON_VALUE)
    @Operation(
            operationId = "dma",
            summary = "The device reads or writes memory, page by page",
            description =
                    "A page that faults is dropped and the rest goes on. Hops are shown for the first 16 parts.")
    ResponseEntity<DmaResponse> dma(
            @PathVariable ContextId ctx, @PathVariable ObjectId id, @RequestBody DmaRequest body) {
        return mutations.change(
                ctx, body.toCommand(id), (transferred, _) -> DmaResponse.of(transferred));
    }

    @Reading
    @PostMapping(path = "/explain", consumes = MediaType.APPLICATION_JSON_VALUE)
    @Operation(
            operationId = "explainAccess",
            summary = "Follows an access of the device hop by hop, with no effect")
    ResponseEntity<AccessResponse> explain(
            @PathVariable ContextId ctx,
            @PathVariable ObjectId id,
            @RequestBody ExplainRequest body) {
        return reads.of(ctx, body.toCommand(id), (journey, _) -> AccessResponse.of(journey));
    }
}

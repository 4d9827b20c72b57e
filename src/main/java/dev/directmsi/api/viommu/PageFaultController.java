package dev.directmsi.api.viommu;

import dev.directmsi.api.http.Mutations;
import dev.directmsi.api.http.Reads;
import dev.directmsi.api.wire.Limit;
import dev.directmsi.api.wire.ListOf;
import dev.directmsi.api.wire.NameOrNumber;
import dev.directmsi.api.wire.U32;
import dev.directmsi.api.wire.U64;
import dev.directmsi.iommufd.ContextId;
import dev.directmsi.iommufd.command.AnswerFaults;
import dev.directmsi.iommufd.command.ReadFaults;
import dev.directmsi.iommufd.object.ObjectId;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.util.List;
import java.util.Map;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/// Page requests in a queue, and their answers.
@RestController
@RequestMapping(
        path = "/v1/contexts/{ctx}/fault-queues/{id}",
        produces = MediaType.APPLICATION_JSON_VALUE)
@Tag(name = "fault-queues")
class PageFaultController {

    private final Mutations mutations;
    private final Reads reads;

    PageFaultController(Mutations mutations, Reads reads) {
        this.mutations = mutations;
        this.reads = reads;
    }

    /// Takes page requests from a queue.
    ///
    /// @param count most requests to take
    record ReadFaultsRequest(U32 count) {}

    /// Page requests that were taken.
    ///
    /// @param faults oldest first, each with its cookie
    record FaultsResponse(List<PageFaultResponse> faults) {}

    /// Answers page requests.
    ///
    /// @param responses in the order in which they are given
    @Schema(example = "{\"responses\":[{\"cookie\":1,\"code\":\"SUCCESS\"}]}")
    record AnswerFaultsRequest(List<FaultAnswer> responses) {

        AnswerFaults toCommand(ObjectId queue) {
            return new AnswerFaults(queue, responses.stream().map(FaultAnswer::toAnswer).toList());
        }
    }

    /// An answer.
    ///
    /// @param cookie of the request
    /// @param code `SUCCESS` or `INVALID`
    record FaultAnswer(U32 cookie, NameOrNumber code) {

        private static final Map<String, Integer> CODES =
                Map.of("SUCCESS", AnswerFaults.SUCCESS, "INVALID", AnswerFaults.INVALID);

        AnswerFaults.Answer toAnswer() {
            return new AnswerFaults.Answer(cookie.value(), code.number("code", CODES));
        }
    }

    /// How far it came.
    ///
    /// @param answered how many answers were given
    record AnsweredResponse(int answered) {}

    @PostMapping(path = "/faults/read", consumes = MediaType.APPLICATION_JSON_VALUE)
    @Operation(
            operationId = "readFaults",
            summary = "read(): takes page requests, oldest first, and gives each a cookie")
    ResponseEntity<FaultsResponse> read(
            @PathVariable ContextId ctx,
            @PathVariable ObjectId id,
            @RequestBody ReadFaultsRequest body) {
        return mutations.change(
                ctx,
                new ReadFaults(id, body.count().unsigned()),
                (faults, _) ->
                        new FaultsResponse(faults.stream().map(PageFaultResponse::of).toList()));
    }

    @GetMapping("/faults")
    @Operation(
            operationId = "listFaults",
            summary = "Lists the page requests that wait to be read, without taking them")
    ResponseEntity<ListOf<PageFaultResponse>> faults(
            @PathVariable ContextId ctx,
            @PathVariable ObjectId id,
            @RequestParam(defaultValue = "" + Limit.DEFAULT) Limit limit,
            @RequestParam(defaultValue = "0") U64 cursor) {
        return reads.of(
                ctx,
                view ->
                        ListOf.of(
                                ReadFaults.peek(view, id).stream()
                                        .filter(fault -> fault.sequence() >= cursor.value())
                                        .iterator(),
                                limit,
                                PageFaultResponse::of,
                                fault -> Long.toString(fault.sequence())));
    }

    @PostMapping(path = "/responses", consumes = MediaType.APPLICATION_JSON_VALUE)
    @Operation(
            operationId = "answerFaults",
            summary = "write(): answers page requests that were read",
            description =
                    "Stops at the first answer that is wrong; the problem's params.progress says how many were given.")
    ResponseEntity<AnsweredResponse> answer(
            @PathVariable ContextId ctx,
            @PathVariable ObjectId id,
            @RequestBody AnswerFaultsRequest body) {
        return mutations.change(
                ctx, body.toCommand(id), (done, _) -> new AnsweredResponse(done.answered()));
    }
}

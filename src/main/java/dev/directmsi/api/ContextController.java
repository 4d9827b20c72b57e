package dev.directmsi.api;

import dev.directmsi.api.http.Mutations;
import dev.directmsi.api.http.Reads;
import dev.directmsi.api.wire.Limit;
import dev.directmsi.api.wire.ListOf;
import dev.directmsi.control.ControlPlane;
import dev.directmsi.iommufd.ContextId;
import dev.directmsi.iommufd.Reason;
import dev.directmsi.iommufd.Rejection;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.util.LinkedHashMap;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/// Contexts: what opening and closing `/dev/iommu` does.
@RestController
@RequestMapping(path = "/v1/contexts", produces = MediaType.APPLICATION_JSON_VALUE)
@Tag(name = "contexts", description = "What opening /dev/iommu gives")
class ContextController {

    private final ControlPlane plane;
    private final Mutations mutations;
    private final Reads reads;

    ContextController(ControlPlane plane, Mutations mutations, Reads reads) {
        this.plane = plane;
        this.mutations = mutations;
        this.reads = reads;
    }

    @PostMapping(consumes = MediaType.APPLICATION_JSON_VALUE)
    @Operation(operationId = "openContext", summary = "open(/dev/iommu): opens a context on a host")
    @ApiResponse(responseCode = "201", description = "Opened")
    ResponseEntity<ContextResponse> open(
            @RequestBody(required = false) @Nullable OpenContextRequest body) {
        OpenContextRequest request = body == null ? OpenContextRequest.EMPTY : body;
        return mutations.run((guard, render) ->
                plane.open(
                        request.hostOrDefault(),
                        request.nameOrDefault(),
                        request.pageSize(),
                        guard,
                        (id, revision) -> {
                            var headers = new LinkedHashMap<String, String>();
                            headers.put(HttpHeaders.LOCATION, "/v1/contexts/" + id);
                            headers.put(HttpHeaders.ETAG, Mutations.tag(Long.toString(revision)));
                            return render.apply(
                                    HttpStatus.CREATED,
                                    headers,
                                    request.opened(id, revision, plane.hosts()));
                        }));
    }

    @GetMapping
    @Operation(operationId = "listContexts", summary = "Lists the open contexts, by id")
    ListOf<ContextResponse> list(
            @RequestParam(defaultValue = "" + Limit.DEFAULT) Limit limit,
            @RequestParam(defaultValue = "0") ContextId cursor) {
        var open =
                plane.open().stream()
                        .filter(id -> id.value() >= cursor.value())
                        .flatMap(id -> read(id).stream())
                        .iterator();
        return ListOf.of(open, limit, context -> context, context -> context.id().toString());
    }

    /// Empty where it was closed after it was listed, or cannot be loaded.
    private Optional<ContextResponse> read(ContextId id) {
        try {
            return Optional.of(plane.read(id, ContextResponse::of));
        } catch (Rejection rejection) {
            if (rejection.reason() == Reason.CONTEXT_NOT_FOUND) {
                return Optional.empty();
            }
            throw rejection;
        }
    }

    @GetMapping("/{ctx}")
    @Operation(operationId = "getContext", summary = "Shows a context")
    ResponseEntity<ContextResponse> get(@PathVariable ContextId ctx) {
        return reads.of(ctx, ContextResponse::of);
    }

    @DeleteMapping("/{ctx}")
    @Operation(
            operationId = "closeContext",
            summary = "close(/dev/iommu): closes a context",
            description = "As a process exit: always succeeds and destroys everything in it.")
    @ApiResponse(responseCode = "204", description = "Closed")
    ResponseEntity<Void> close(@PathVariable ContextId ctx) {
        return mutations.run((guard, render) ->
                plane.close(
                        ctx,
                        guard,
                        (_, _) ->
                                render.apply(HttpStatus.NO_CONTENT, new LinkedHashMap<>(), null)));
    }
}

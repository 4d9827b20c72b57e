package dev.directmsi.api.http;

import dev.directmsi.api.wire.Limit;
import dev.directmsi.api.wire.ListOf;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.util.List;
import java.util.Map;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/// Explains every problem at the address that its `type` names.
@RestController
@RequestMapping(path = "/problems", produces = MediaType.APPLICATION_JSON_VALUE)
@Tag(name = "problems", description = "What a request can meet, explained")
class ProblemPages {

    @GetMapping
    @Operation(
            operationId = "listProblems",
            summary = "Lists every problem that a request can meet")
    ListOf<ProblemType> list(
            @RequestParam(defaultValue = "" + Limit.MAXIMUM) Limit limit,
            @RequestParam(defaultValue = "0") int cursor) {
        List<ProblemType> all = ProblemType.all();
        int from = Math.clamp(cursor, 0, all.size());
        int to = Math.min(all.size(), from + limit.value());
        return new ListOf<>(all.subList(from, to), to < all.size() ? Integer.toString(to) : null);
    }

    @GetMapping("/{slug}")
    @Operation(
            operationId = "explainProblem",
            summary = "Explains a problem: meaning, cause, remedy, errno")
    ProblemType explain(@PathVariable String slug) {
        return ProblemType.find(slug)
                .orElseThrow(() ->
                        new HttpRefusal(
                                HttpReason.PATH_NOT_FOUND,
                                "there is no problem " + slug,
                                Map.of("slug", slug)));
    }
}

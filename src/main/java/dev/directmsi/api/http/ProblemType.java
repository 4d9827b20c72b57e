package dev.directmsi.api.http;

import dev.directmsi.iommufd.Errno;
import dev.directmsi.iommufd.Kind;
import dev.directmsi.iommufd.Reason;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.springframework.http.HttpStatus;

/// One kind of problem, whoever found it: what `GET /problems/{slug}` explains.
///
/// @param code stable name
/// @param kind what a client can do about it; of the transport's own reasons, `HTTP`
/// @param status follows from the kind alone
/// @param meaning what is wrong, in general
/// @param cause the sentence about one case, with the names of its `params` in braces
/// @param remedy what to do about it
/// @param ioctls the operations that can meet it
public record ProblemType(
        String type,
        String code,
        String kind,
        int status,
        String errno,
        int errnoValue,
        String meaning,
        String cause,
        String remedy,
        List<String> ioctls) {

    /// The status of a refusal, the same for all reasons of a kind.
    public static HttpStatus statusOf(Kind kind) {
        return switch (kind) {
            case MALFORMED -> HttpStatus.BAD_REQUEST;
            case INVALID -> HttpStatus.UNPROCESSABLE_CONTENT;
            case MISSING -> HttpStatus.NOT_FOUND;
            case CONFLICT -> HttpStatus.CONFLICT;
            case FORBIDDEN -> HttpStatus.FORBIDDEN;
            case UNSUPPORTED -> HttpStatus.NOT_IMPLEMENTED;
            case EXHAUSTED -> HttpStatus.INSUFFICIENT_STORAGE;
            case MOVED -> HttpStatus.PRECONDITION_FAILED;
        };
    }

    public static ProblemType of(Reason reason) {
        return of(
                reason.name(),
                reason.kind().name(),
                statusOf(reason.kind()).value(),
                reason.errno(),
                reason.title(),
                reason.template(),
                reason.remedy());
    }

    public static ProblemType of(HttpReason reason) {
        return of(
                reason.name(),
                "HTTP",
                reason.status(),
                reason.errno(),
                reason.title(),
                "{problem}",
                reason.remedy());
    }

    private static ProblemType of(
            String code,
            String kind,
            int status,
            Errno errno,
            String meaning,
            String cause,
            String remedy) {
        String slug = code.toLowerCase(Locale.ROOT).replace('_', '-');
        return new ProblemType(
                "/problems/" + slug,
                code,
                kind,
                status,
                errno.name(),
                errno.value(),
                meaning,
                cause,
                remedy,
                Ioctls.of(code));
    }

    /// Every problem that there is: the rules' first, in their order.
    public static List<ProblemType> all() {
        return Stream.concat(
                        Arrays.stream(Reason.values()).map(ProblemType::of),
                        Arrays.stream(HttpReason.values()).map(ProblemType::of))
                .toList();
    }

    /// The problem with this name in its address.
    public static Optional<ProblemType> find(String slug) {
        return all().stream()
                .filter(problem -> problem.type().equals("/problems/" + slug))
                .findFirst();
    }
}

package dev.directmsi.api.http;

import dev.directmsi.control.StoreException;
import dev.directmsi.iommufd.Reason;
import dev.directmsi.iommufd.Rejection;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.util.Map;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.http.converter.HttpMessageNotReadableException;
import org.springframework.http.converter.HttpMessageNotWritableException;
import org.springframework.web.ErrorResponse;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.context.request.async.AsyncRequestNotUsableException;
import org.springframework.web.method.annotation.MethodArgumentTypeMismatchException;
import org.springframework.web.multipart.MaxUploadSizeExceededException;
import org.springframework.web.multipart.MultipartException;
import org.springframework.web.servlet.NoHandlerFoundException;
import org.springframework.web.servlet.resource.NoResourceFoundException;

/// Turns whatever stops a request into a [Problem].
@RestControllerAdvice
class Problems {

    /// Seconds after which a client may try again when the store was away.
    private static final String RETRY_AFTER = "1";

    private static final Logger log = LoggerFactory.getLogger(Problems.class);

    private final HttpServletRequest request;

    Problems(HttpServletRequest request) {
        this.request = request;
    }

    @ExceptionHandler
    ResponseEntity<Problem> refused(Rejection rejection) {
        return send(Problem.of(rejection, Mutations.ioctlOf(request), request.getRequestURI()));
    }

    @ExceptionHandler
    ResponseEntity<Problem> refused(HttpRefusal refusal) {
        return send(refusal.toProblem(request.getRequestURI()));
    }

    /// Two types, because the client acts differently: wait and repeat, or find out first.
    @ExceptionHandler
    ResponseEntity<Problem> storeFailed(StoreException trouble) {
        log.warn(
                "{} {}: {}",
                request.getMethod(),
                request.getRequestURI(),
                trouble.toString(),
                trouble);
        if (trouble instanceof StoreException.OutcomeUnknown) {
            return send(problem(HttpReason.OUTCOME_UNKNOWN, "the store did not answer the commit"));
        }
        HttpHeaders headers = new HttpHeaders();
        headers.set(HttpHeaders.RETRY_AFTER, RETRY_AFTER);
        return send(problem(HttpReason.STORE_UNAVAILABLE, "the store is not available"), headers);
    }

    @ExceptionHandler
    ResponseEntity<Problem> unreadable(HttpMessageNotReadableException e) {
        return UnreadableBody.isBug(e) ? failed(e) : refused(UnreadableBody.refusalOf(e));
    }

    @ExceptionHandler
    ResponseEntity<Problem> mistyped(MethodArgumentTypeMismatchException e) {
        Throwable cause = e;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        return malformed(
                e.getName()
                        + ": "
                        + (cause instanceof NumberFormatException
                                ? "'" + e.getValue() + "' is no integer of 64 bits"
                                : cause.getMessage()));
    }

    @ExceptionHandler
    ResponseEntity<Problem> tooLarge(MaxUploadSizeExceededException e) {
        return send(
                problem(
                        HttpReason.BODY_TOO_LARGE,
                        "a part or the whole of the multipart body is too large"));
    }

    @ExceptionHandler
    ResponseEntity<Problem> unreadableParts(MultipartException e) {
        return malformed("the multipart body cannot be read");
    }

    @ExceptionHandler({NoResourceFoundException.class, NoHandlerFoundException.class})
    ResponseEntity<Problem> nothingHere() {
        return send(
                problem(
                        HttpReason.PATH_NOT_FOUND,
                        "there is nothing at " + request.getRequestURI()));
    }

    /// The client went away: there is nobody to answer.
    @ExceptionHandler
    void disconnected(AsyncRequestNotUsableException e) {
        log.debug("client disconnected", e);
    }

    @ExceptionHandler
    ResponseEntity<Problem> anythingElse(Exception e) throws Exception {
        if (e instanceof ErrorResponse response
                && !(e instanceof HttpMessageNotWritableException)) {
            return ofSpring(response);
        }
        if (e instanceof IOException && e.getClass().getName().contains("ClientAbort")) {
            throw e;
        }
        return failed(e);
    }

    @ExceptionHandler
    ResponseEntity<Problem> failed(Throwable e) {
        String incident = UUID.randomUUID().toString();
        log.error("incident {}: {} {}", incident, request.getMethod(), request.getRequestURI(), e);
        return send(
                Problem.of(
                        HttpReason.INTERNAL_ERROR,
                        "incident " + incident,
                        request.getRequestURI(),
                        Map.of("incident", incident)));
    }

    /// What Spring refuses by itself, with the headers that it gives (Allow, Accept).
    private ResponseEntity<Problem> ofSpring(ErrorResponse refusal) {
        String detail = String.valueOf(refusal.getBody().getDetail());
        return switch (refusal.getStatusCode().value()) {
            case 404 -> nothingHere();
            case 405 -> send(problem(HttpReason.METHOD_NOT_ALLOWED, detail), refusal.getHeaders());
            case 406 -> send(problem(HttpReason.NOT_ACCEPTABLE, detail), refusal.getHeaders());
            case 413 -> send(problem(HttpReason.BODY_TOO_LARGE, detail));
            case 415 ->
                    send(problem(HttpReason.MEDIA_TYPE_UNSUPPORTED, detail), refusal.getHeaders());
            default ->
                    refusal.getStatusCode().is4xxClientError()
                            ? malformed(detail)
                            : failed((Throwable) refusal);
        };
    }

    private ResponseEntity<Problem> malformed(String problem) {
        return refused(Reason.MALFORMED_REQUEST.refusal("problem", problem));
    }

    private Problem problem(HttpReason reason, String detail) {
        return Problem.of(reason, detail, request.getRequestURI(), Map.of());
    }

    private static ResponseEntity<Problem> send(Problem problem) {
        return send(problem, HttpHeaders.EMPTY);
    }

    /// With an explicit type, Spring sends it whatever the client said that it accepts.
    private static ResponseEntity<Problem> send(Problem problem, HttpHeaders headers) {
        return ResponseEntity.status(problem.status())
                .headers(headers)
                .contentType(MediaType.APPLICATION_PROBLEM_JSON)
                .body(problem);
    }
}

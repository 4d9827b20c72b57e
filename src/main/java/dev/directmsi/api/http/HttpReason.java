package dev.directmsi.api.http;

import dev.directmsi.iommufd.Errno;
import org.springframework.http.HttpStatus;

/// What is refused before a rule is asked, or fails after it: the transport's own reasons.
///
/// Stable like [dev.directmsi.iommufd.Reason], and explained beside it below `/problems`.
public enum HttpReason {
    UNAUTHENTICATED(
            HttpStatus.UNAUTHORIZED,
            Errno.EACCES,
            "The request carries no valid token",
            "Send Authorization: Bearer with the token that the service was started with."),
    PATH_NOT_FOUND(
            HttpStatus.NOT_FOUND,
            Errno.ENOTTY,
            "There is nothing at this path",
            "The API document at /v3/api-docs lists all paths."),
    METHOD_NOT_ALLOWED(
            HttpStatus.METHOD_NOT_ALLOWED,
            Errno.ENOTTY,
            "The path does not take this method",
            "The header Allow lists the methods."),
    NOT_ACCEPTABLE(
            HttpStatus.NOT_ACCEPTABLE,
            Errno.EINVAL,
            "The answer cannot be given in the requested format",
            "Accept application/json, or application/octet-stream for the content of memory."),
    BODY_TOO_LARGE(
            HttpStatus.CONTENT_TOO_LARGE,
            Errno.EMSGSIZE,
            "The body is larger than the limit",
            "Split the request."),
    URI_TOO_LONG(
            HttpStatus.URI_TOO_LONG,
            Errno.EMSGSIZE,
            "The path and query are too long",
            "Shorten the query."),
    MEDIA_TYPE_UNSUPPORTED(
            HttpStatus.UNSUPPORTED_MEDIA_TYPE,
            Errno.EINVAL,
            "The body has a format that the operation does not read",
            "Send Content-Type: application/json, or what the header Accept of this answer lists."),
    HEADERS_TOO_LARGE(
            HttpStatus.REQUEST_HEADER_FIELDS_TOO_LARGE,
            Errno.EMSGSIZE,
            "The headers of the request are too large",
            "Send fewer or shorter headers."),
    INTERNAL_ERROR(
            HttpStatus.INTERNAL_SERVER_ERROR,
            Errno.EIO,
            "The service failed",
            "This is a bug. Please report it with the incident number; the log has the rest."),
    HTTP_UNSUPPORTED(
            HttpStatus.NOT_IMPLEMENTED,
            Errno.EOPNOTSUPP,
            "The request uses a part of HTTP that is not supported",
            "Use plain HTTP/1.1 with Content-Length or chunked bodies."),
    STORE_UNAVAILABLE(
            HttpStatus.SERVICE_UNAVAILABLE,
            Errno.EIO,
            "The store cannot be reached",
            "Nothing was changed. Repeat the request after the time in Retry-After."),
    OUTCOME_UNKNOWN(
            HttpStatus.SERVICE_UNAVAILABLE,
            Errno.EIO,
            "Whether the operation was done is not known",
            "Repeat the request with the same Idempotency-Key, or read before deciding.");

    private final HttpStatus status;
    private final Errno errno;
    private final String title;
    private final String remedy;

    HttpReason(HttpStatus status, Errno errno, String title, String remedy) {
        this.status = status;
        this.errno = errno;
        this.title = title;
        this.remedy = remedy;
    }

    public int status() {
        return status.value();
    }

    public Errno errno() {
        return errno;
    }

    public String title() {
        return title;
    }

    public String remedy() {
        return remedy;
    }
}

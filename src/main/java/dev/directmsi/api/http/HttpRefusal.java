package dev.directmsi.api.http;

import java.util.Map;

/// A refusal of the transport's own, thrown where the request is read. Like a rule's refusal it
/// says everything itself.
public final class HttpRefusal extends RuntimeException {

    private static final long serialVersionUID = 1;

    private final HttpReason reason;
    private final transient Map<String, Object> params;

    /// @param params values that the detail mentions, as JSON shows them
    public HttpRefusal(HttpReason reason, String detail, Map<String, Object> params) {
        super(detail, null, false, false);
        this.reason = reason;
        this.params = params;
    }

    Problem toProblem(String instance) {
        return Problem.of(reason, String.valueOf(getMessage()), instance, params);
    }
}

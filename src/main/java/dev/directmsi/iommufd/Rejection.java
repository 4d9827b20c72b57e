package dev.directmsi.iommufd;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A refusal: the rule that refused and the values it saw. Thrown by rules so that they stay ladders
 * of guards; it has no stack trace, since it says everything itself.
 */
public final class Rejection extends RuntimeException {

    private static final long serialVersionUID = 1;

    private final Reason reason;
    private final transient Map<String, Object> params;

    Rejection(Reason reason, Map<String, Object> params) {
        super(reason.detail(params), null, false, false);
        this.reason = reason;
        this.params = Collections.unmodifiableMap(params);
    }

    public Reason reason() {
        return reason;
    }

    /** The values, by name, in the order in which the rule named them. */
    public Map<String, Object> params() {
        return params;
    }

    /** The sentence for people. */
    public String detail() {
        return String.valueOf(getMessage());
    }

    /** The same refusal with one more value, for instance how far a half-done operation came. */
    public Rejection with(String name, Object value) {
        var more = new LinkedHashMap<>(params);
        more.put(name, value);
        return new Rejection(reason, more);
    }
}

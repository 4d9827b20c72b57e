package dev.directmsi.control;

import java.util.Map;

/**
 * A finished answer, as it goes out and as it is recorded for a repeat.
 *
 * @param status HTTP status
 * @param headers such as Location
 * @param body the bytes
 */
@SuppressWarnings("ArrayRecordComponent") // handed on, never compared
public record Answer(int status, Map<String, String> headers, byte[] body) {

    /** Turns the reply of a command into an answer, before the commit that records it. */
    @FunctionalInterface
    public interface Presenter<R> {
        Answer present(R reply, long revision);
    }
}

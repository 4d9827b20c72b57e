package dev.directmsi.control;

import dev.directmsi.iommufd.Change;
import java.util.List;

/**
 * What became of an operation.
 *
 * @param <R> reply of its command
 */
public sealed interface Outcome<R> {

    /** It is done and durable; {@code revision} is the context's revision now. */
    record Done<R>(R reply, Answer answer, long revision) implements Outcome<R> {}

    /** It was done before under the same key; this is what was answered then. */
    record Repeated<R>(Answer answer) implements Outcome<R> {}

    /** It would be done; nothing was committed. Ids and VMIDs are not reserved. */
    record Validated<R>(R reply, Answer answer, long revision, List<Change> changes)
            implements Outcome<R> {}
}

package dev.directmsi.iommufd;

import java.util.ArrayList;
import java.util.List;

/**
 * What a rule decided. A plain refusal is thrown; only where Linux stops half-way is there
 * something to commit and a refusal to answer.
 *
 * @param <R> what the caller gets
 */
public sealed interface Decision<R> {

    List<Change> changes();

    /** The same with more changes. */
    default Decision<R> with(List<Change> more) {
        if (more.isEmpty()) {
            return this;
        }
        var all = new ArrayList<>(changes());
        all.addAll(more);
        return switch (this) {
            case Accepted<R>(R reply, var _) -> new Accepted<>(reply, all);
            case Partial<R>(var _, Rejection rejection) -> new Partial<>(all, rejection);
        };
    }

    /** The operation is legal; these changes are its whole effect. */
    record Accepted<R>(R reply, List<Change> changes) implements Decision<R> {
        public Accepted {
            changes = List.copyOf(changes);
        }
    }

    /** The operation did this much and was then refused (UNMAP, invalidation, fault responses). */
    record Partial<R>(List<Change> changes, Rejection rejection) implements Decision<R> {
        public Partial {
            changes = List.copyOf(changes);
        }
    }

    static <R> Accepted<R> of(R reply, Change... changes) {
        return new Accepted<>(reply, List.of(changes));
    }

    static <R> Accepted<R> of(R reply, List<Change> changes) {
        return new Accepted<>(reply, changes);
    }
}

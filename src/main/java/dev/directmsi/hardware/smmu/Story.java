package dev.directmsi.hardware.smmu;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The hops of a translation, if somebody wants to read them. To tell costs far more than to
 * translate, so that a hop is made only then.
 */
final class Story {

    /** For those who want the outcome alone. */
    static final Story UNTOLD = new Story(null);

    private final @Nullable List<Hop> hops;

    private Story(@Nullable List<Hop> hops) {
        this.hops = hops;
    }

    static Story told() {
        return new Story(new ArrayList<>());
    }

    /** A story within this one, told if this one is. */
    Story within() {
        return hops == null ? UNTOLD : told();
    }

    void add(Supplier<Hop> hop) {
        if (hops != null) {
            hops.add(hop.get());
        }
    }

    /** What was told so far. */
    List<Hop> hops() {
        return hops == null ? List.of() : List.copyOf(hops);
    }
}

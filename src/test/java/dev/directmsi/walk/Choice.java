package dev.directmsi.walk;

import dev.directmsi.iommufd.ContextView;
import dev.directmsi.iommufd.object.IommufdObject;
import dev.directmsi.iommufd.object.ObjectId;
import java.util.List;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;

/// Random choices among what a context has: mostly what fits, sometimes anything.
record Choice(ContextView context, RandomGenerator random) {

    boolean often(int percent) {
        return random.nextInt(100) < percent;
    }

    int below(int bound) {
        return random.nextInt(bound);
    }

    long of(long... values) {
        return values[random.nextInt(values.length)];
    }

    <T> T of(List<T> values) {
        return values.get(random.nextInt(values.size()));
    }

    /// An object of a type, or now and then any number.
    <T extends IommufdObject> ObjectId id(Class<T> type) {
        return id(type, _ -> true);
    }

    <T extends IommufdObject> ObjectId id(Class<T> type, Predicate<T> fitting) {
        List<T> known = context.all(type).stream().filter(fitting).toList();
        return known.isEmpty() || often(4) ? new ObjectId(random.nextInt(-1, 12)) : of(known).id();
    }

    <T extends IommufdObject> boolean has(Class<T> type) {
        return !context.all(type).isEmpty();
    }

    int count(Class<? extends IommufdObject> type) {
        return context.all(type).size();
    }

    long page() {
        return context.pageSize().bytes();
    }
}

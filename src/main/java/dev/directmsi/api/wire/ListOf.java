package dev.directmsi.api.wire;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Part of a list.
///
/// @param items in their stable order
/// @param nextCursor where the next part begins; absent at the end
public record ListOf<T>(List<T> items, @Nullable String nextCursor) {

    /// Takes what one answer may hold of `all`.
    ///
    /// @param all in a stable order, beginning where the client is
    /// @param show makes an item of an element
    /// @param cursor names an element; the next part begins with the element that it names
    public static <E, T> ListOf<T> of(
            Iterator<E> all, Limit limit, Function<E, T> show, Function<E, String> cursor) {
        var items = new ArrayList<T>();
        while (all.hasNext() && items.size() < limit.value()) {
            items.add(show.apply(all.next()));
        }
        return new ListOf<>(items, all.hasNext() ? cursor.apply(all.next()) : null);
    }
}

package dev.directmsi.store;

import dev.directmsi.control.StoreException;
import dev.directmsi.iommufd.ContextId;
import dev.directmsi.store.GroupCommit.Part;
import java.util.List;
import java.util.Set;

/// Confirms that contexts are where this process believes them to be. Each read asks, since another
/// process may have written; those that ask meanwhile share the next round trip. A round trip that
/// had begun before a read came would be too early: that read might have been told of a later
/// commit by somebody else.
final class Confirmations {

    /// What a read has seen.
    record View(ContextId id, long revision) {}

    private final Transactions transactions;
    private final ContextRows contexts;
    private final GroupCommit<View> groups =
            new GroupCommit<>("confirmations", this::confirmTogether);

    Confirmations(Transactions transactions, ContextRows contexts) {
        this.transactions = transactions;
        this.contexts = contexts;
    }

    /// @throws StoreException.Stale when the context has moved
    void confirm(ContextId id, long revision) {
        groups.run(new View(id, revision));
    }

    private void confirmTogether(List<Part<View>> parts) {
        List<View> views = parts.stream().map(Part::work).toList();
        Set<View> stale = transactions.read(() -> contexts.stale(views));
        parts.forEach(part -> part.attempt(view -> refuse(view, stale)));
    }

    private static void refuse(View view, Set<View> stale) {
        if (stale.contains(view)) {
            throw ContextRows.stale(view.id(), view.revision());
        }
    }
}

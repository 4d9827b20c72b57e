package dev.directmsi.control;

import dev.directmsi.address.PageSize;
import dev.directmsi.control.ContextStore.StoredHost;
import dev.directmsi.iommufd.Command;
import dev.directmsi.iommufd.ContextId;
import dev.directmsi.iommufd.ContextView;
import dev.directmsi.iommufd.Reason;
import dev.directmsi.iommufd.Rejection;
import dev.directmsi.iommufd.object.ContextInfo;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The door to everything: contexts are opened, commanded, read and closed here. */
public final class ControlPlane {

    private final ContextStore store;
    private final HostRegistry hosts;
    private final ChangeText text;
    private final ChangeFeed feed;
    private final Map<ContextId, LiveContext> contexts = new ConcurrentHashMap<>();

    /** A control plane whose event stream says only that there was a commit. */
    public ControlPlane(ContextStore store, HostRegistry hosts) {
        this(store, hosts, ChangeText.SILENT, new ChangeFeed(store, FeedSettings.DEFAULT));
    }

    public ControlPlane(ContextStore store, HostRegistry hosts, ChangeText text, ChangeFeed feed) {
        this.store = store;
        this.hosts = hosts;
        this.text = text;
        this.feed = feed;
    }

    /** Runs one operation on a context: lock, decide, commit, apply, program, answer. */
    public <R> Outcome<R> execute(
            ContextId id, Command<R> command, Guard guard, Answer.Presenter<R> presenter) {
        return forgettingTheClosed(id, context -> context.execute(command, guard, presenter));
    }

    /** Reads a context at one revision. */
    public <T> T read(ContextId id, Function<ContextView, T> query) {
        return forgettingTheClosed(id, context -> context.read(query));
    }

    /**
     * Follows the commits of a context, whoever makes them. What an event tells can be read here.
     *
     * @param after the revision that the caller knows; null for the current one
     */
    public Subscription subscribe(ContextId id, @Nullable Long after) {
        return feed.subscribe(
                id,
                after,
                revision -> {
                    LiveContext context = contexts.get(id);
                    if (context != null) {
                        context.awaitApplied(revision);
                    }
                });
    }

    /** Contexts that are open, ascending. */
    public List<ContextId> open() {
        return store.open();
    }

    /**
     * Opens a context: what opening {@code /dev/iommu} does.
     *
     * @param pageSize of the modelled kernel; null for the host's
     */
    public Outcome<ContextId> open(
            String host,
            String name,
            @Nullable PageSize pageSize,
            Guard guard,
            Answer.Presenter<ContextId> presenter) {
        return undisturbed(() -> tryOpen(host, name, pageSize, guard, presenter));
    }

    private Outcome<ContextId> tryOpen(
            String host,
            String name,
            @Nullable PageSize pageSize,
            Guard guard,
            Answer.Presenter<ContextId> presenter) {
        Optional<Answer> repeated = Repeats.find(store, null, guard);
        if (repeated.isPresent()) {
            return new Outcome.Repeated<>(repeated.get());
        }
        LiveHost live = hosts.all().get(host);
        if (live == null) {
            throw Reason.HOST_UNKNOWN.refusal("host", host);
        }
        PageSize size = pageSize == null ? live.topology().hostPageSize() : pageSize;
        var info = ContextInfo.opened(name, host, live.hash(), size);
        if (guard.validateOnly()) {
            var none = new ContextId(0);
            return new Outcome.Validated<>(none, presenter.present(none, 1), 1, List.of());
        }
        ContextId id =
                store.open(
                        info,
                        created -> Repeats.record(null, guard, presenter.present(created, 1)));
        return new Outcome.Done<>(id, presenter.present(id, 1), 1);
    }

    /** Closes a context as a process exit does: destroys everything in it. */
    public Outcome<Long> close(ContextId id, Guard guard, Answer.Presenter<Long> presenter) {
        try {
            return forgettingTheClosed(
                    id,
                    context -> {
                        Outcome<Long> outcome = context.close(guard, presenter);
                        if (outcome instanceof Outcome.Done) {
                            contexts.remove(id, context);
                        }
                        return outcome;
                    });
        } catch (Rejection rejection) {
            // It may be this very request that has closed it.
            Optional<Answer> repeated = Repeats.find(store, null, guard);
            if (repeated.isPresent()) {
                return new Outcome.Repeated<>(repeated.get());
            }
            throw rejection;
        }
    }

    /** All hosts, by name. */
    public Map<String, LiveHost> hosts() {
        return hosts.all();
    }

    /** Creates or replaces a host, or with a null document deletes it. */
    public Outcome<String> putHost(
            String name,
            @Nullable StoredHost document,
            Guard guard,
            Answer.Presenter<String> presenter) {
        return undisturbed(() -> tryPutHost(name, document, guard, presenter));
    }

    private Outcome<String> tryPutHost(
            String name,
            @Nullable StoredHost document,
            Guard guard,
            Answer.Presenter<String> presenter) {
        Optional<Answer> repeated = Repeats.find(store, null, guard);
        if (repeated.isPresent()) {
            return new Outcome.Repeated<>(repeated.get());
        }
        LiveHost now = hosts.all().get(name);
        if (document == null && now == null) {
            throw Reason.HOST_NOT_FOUND.refusal("host", name);
        }
        String hash = now == null ? null : now.hash();
        String expected = guard.ifMatch();
        if (expected != null && !(expected.equals("*") ? hash != null : expected.equals(hash))) {
            throw Reason.REVISION_MOVED.refusal(
                    "expected", expected, "actual", hash == null ? "absent" : hash);
        }
        List<ContextId> open = store.openOn(name);
        if (!open.isEmpty()) {
            throw inUse(name, open);
        }
        Answer answer = presenter.present(document == null ? "" : document.hash(), 0);
        if (guard.validateOnly()) {
            return new Outcome.Validated<>(name, answer, 0, List.of());
        }
        try {
            store.putHost(name, hash, document, Repeats.record(null, guard, answer));
        } catch (StoreException.HostInUse e) {
            throw inUse(name, store.openOn(name));
        } finally {
            hosts.refresh();
        }
        return new Outcome.Done<>(name, answer, 0);
    }

    /** Decides again what met a change of the host, or the same request in another process. */
    private static <T> T undisturbed(Supplier<T> once) {
        for (int attempt = 1; ; attempt++) {
            try {
                return once.get();
            } catch (StoreException.Stale e) {
                if (attempt == LiveContext.ATTEMPTS) {
                    throw new StoreException.Unavailable("lost " + attempt + " races", e);
                }
            }
        }
    }

    private static RuntimeException inUse(String host, List<ContextId> open) {
        return Reason.HOST_IN_USE.refusal("host", host, "contexts", open.toString());
    }

    private <T> T forgettingTheClosed(ContextId id, Function<LiveContext, T> use) {
        LiveContext context =
                contexts.computeIfAbsent(id, _ -> new LiveContext(id, store, hosts, text, feed));
        try {
            return use.apply(context);
        } catch (Rejection rejection) {
            if (rejection.reason() == Reason.CONTEXT_NOT_FOUND) {
                contexts.remove(id, context); // an id that was never opened must not stay in memory
            }
            throw rejection;
        }
    }
}

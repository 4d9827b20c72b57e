package dev.directmsi.replica;

import dev.directmsi.address.Address;
import dev.directmsi.address.AddressRange;
import dev.directmsi.address.PageSize;
import dev.directmsi.control.ContextStore;
import dev.directmsi.control.Rows;
import dev.directmsi.control.StoreException;
import dev.directmsi.iommufd.Change;
import dev.directmsi.iommufd.Claim;
import dev.directmsi.iommufd.ContextId;
import dev.directmsi.iommufd.object.ContextInfo;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A store that stands at one revision of one context. It takes one commit, the one that the log
/// shows, and else none: what would change something is refused.
final class ModelStore implements ContextStore {

    /// Who holds what the context did not get.
    private static final ContextId OTHERS = new ContextId(Long.MAX_VALUE);

    /// Regions and files begin at multiples of it.
    private static final long RAM_STEP = 0x20_0000;

    private List<StoredHost> hosts = List.of();
    private ContextId context = OTHERS;
    private Rows rows = new Rows(ContextInfo.opened("", "", "", PageSize.SIZE_4K));
    private Set<Claim> own = Set.of();
    private final Set<Claim> elsewhere = new LinkedHashSet<>();
    private final Set<Claim> believed = new LinkedHashSet<>();

    /// Whether the claims were read since they were last changed.
    private boolean isFresh;

    /// What the log shows of the next commit; null when there is to be none.
    private @Nullable String logged;

    private List<Change> committed = List.of();

    void install(StoredHost host) {
        hosts = List.of(host);
    }

    /// Stands at a revision.
    ///
    /// @param held by the context
    /// @param others what other contexts hold
    void stand(ContextId id, Rows at, Set<Claim> held, Collection<Claim> others) {
        context = id;
        rows = at;
        own = held;
        believed.clear();
        elsewhere.clear();
        elsewhere.addAll(others);
        isFresh = false;
        logged = null;
        committed = List.of();
    }

    /// Takes the commit that the log shows.
    void expect(String log) {
        logged = log;
    }

    /// What was committed, empty when nothing was.
    List<Change> committed() {
        return committed;
    }

    /// What the replica must have believed that others hold.
    Set<Claim> believed() {
        return Set.copyOf(believed);
    }

    @Override
    public void commit(
            ContextId id,
            long revision,
            List<Change> changes,
            String log,
            @Nullable RecordedAnswer answer) {
        confirm(id, revision);
        if (changes.isEmpty() && logged == null) {
            return;
        }
        if (!isFresh) {
            throw new StoreException.ClaimTaken("decide again on these claims", null);
        }
        if (logged == null || changes.isEmpty()) {
            throw new StoreException.Unavailable("not what was committed here", null);
        }
        if (logged.equals(log)) {
            rows.apply(changes);
            committed = changes;
            return;
        }
        for (Change change : changes) {
            // The replica took another one: it believed that somebody has this one.
            if (change instanceof Change.ResourceClaimed(Claim claim)
                    && !logged.contains(inLog(claim))
                    && believed.add(claim)) {
                elsewhere.add(beginning(claim));
                isFresh = false;
                throw new StoreException.ClaimTaken("the log shows another", null);
            }
        }
        throw new StoreException.Unavailable("not what was committed here", null);
    }

    /// As the log writes the claims of which a context takes one of many.
    private static String inLog(Claim claim) {
        return switch (claim) {
            case Claim.VmidClaim(String smmu, var vmid) ->
                    "\"smmu\":\"" + smmu + "\",\"vmid\":" + vmid.value() + "}";
            case Claim.AsidClaim(String smmu, int asid) ->
                    "\"smmu\":\"" + smmu + "\",\"asid\":" + asid + "}";
            case Claim.RamClaim(AddressRange range) ->
                    "\"kind\":\"RAM\",\"range\":{\"first\":\"" + Address.hex(range.first()) + "\"";
            case Claim.GroupClaim _, Claim.DeviceClaim _ -> ""; // there is nothing to choose
        };
    }

    /// RAM is looked for in steps: enough of it to make a replica look at the next one.
    private static Claim beginning(Claim claim) {
        return claim instanceof Claim.RamClaim(AddressRange range)
                ? new Claim.RamClaim(AddressRange.of(range.first(), RAM_STEP))
                : claim;
    }

    @Override
    public void confirm(ContextId id, long revision) {
        if (!id.equals(context) || revision != rows.revision()) {
            throw new StoreException.Stale("the model stands at " + rows.revision());
        }
    }

    @Override
    public Optional<StoredContext> load(ContextId id) {
        return id.equals(context) ? Optional.of(rows.toStored(id)) : Optional.empty();
    }

    @Override
    public Collection<StoredClaim> claims(String host) {
        isFresh = true;
        var all = new ArrayList<StoredClaim>();
        own.forEach(claim -> all.add(new StoredClaim(context, claim)));
        elsewhere.forEach(claim -> all.add(new StoredClaim(OTHERS, claim)));
        return all;
    }

    @Override
    public Optional<RecordedAnswer> answer(@Nullable ContextId of, String key) {
        return Optional.empty();
    }

    @Override
    public List<StoredHost> hosts() {
        return hosts;
    }

    @Override
    public List<ContextId> open() {
        return List.of();
    }

    @Override
    public List<ContextId> openOn(String host) {
        return List.of();
    }

    @Override
    public Optional<CommitLog> log(ContextId id, long after, int limit) {
        return Optional.empty();
    }

    @Override
    public Map<ContextId, Long> revisions(Collection<ContextId> ids) {
        return Map.of();
    }

    @Override
    public boolean isShared() {
        return false;
    }

    @Override
    public int forgetClosed() {
        return 0;
    }

    @Override
    public int forgetOldAnswers() {
        return 0;
    }

    @Override
    public ContextId open(ContextInfo info, AnswerFor<ContextId> answer) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void close(ContextId id, long revision, @Nullable RecordedAnswer answer) {
        throw new UnsupportedOperationException();
    }

    /// The presets, which nobody needs here.
    @Override
    public void putHost(
            String name,
            @Nullable String expectedHash,
            @Nullable StoredHost document,
            @Nullable RecordedAnswer answer) {}
}

package dev.directmsi.control;

import dev.directmsi.iommufd.Change;
import dev.directmsi.iommufd.Claim;
import dev.directmsi.iommufd.ContextId;
import dev.directmsi.iommufd.object.ContextInfo;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Where contexts and hosts are kept. What a method has returned from is durable: it survives a
 * killed process and a power cut.
 *
 * <p>Every method may throw {@link StoreException}; see its cases for what each means to the
 * caller.
 */
public interface ContextStore {

    /**
     * Opens a context at revision 1.
     *
     * @param answer what to answer a repeat with, recorded in the same transaction; its body is
     *     made from the new id
     */
    ContextId open(ContextInfo info, AnswerFor<ContextId> answer);

    /** Makes an answer to record once the id is known; null when no key was given. */
    @FunctionalInterface
    interface AnswerFor<T> {
        @Nullable RecordedAnswer of(T created);
    }

    /**
     * Commits: compare-and-set of the revision, then the changes, each of which touches exactly one
     * row. Takes and releases claims in the same transaction.
     *
     * <p>A commit of no changes records its answer at that revision, and the revision stays: what
     * can be read is a function of it, and has not changed.
     *
     * @param log says what changed, a JSON array; kept in the same transaction for {@link #log}
     * @throws StoreException.Stale when the context is not at {@code revision} any more
     * @throws StoreException.ClaimTaken when another context has a claim that this commit takes
     */
    void commit(
            ContextId id,
            long revision,
            List<Change> changes,
            String log,
            @Nullable RecordedAnswer answer);

    /** A commit of which the log says only that it was. */
    default void commit(
            ContextId id, long revision, List<Change> changes, @Nullable RecordedAnswer answer) {
        commit(id, revision, changes, "[]", answer);
    }

    /**
     * Closes, which is the context's last commit: deletes everything of the context and releases
     * its claims. Only the log stays for a while, so that who follows it hears the end.
     */
    void close(ContextId id, long revision, @Nullable RecordedAnswer answer);

    /**
     * Confirms that the context is still at {@code revision}. Nothing to do where the database is
     * exclusively ours.
     *
     * @throws StoreException.Stale when it has moved
     */
    void confirm(ContextId id, long revision);

    /** Loads a context; empty when it is not open. Revision and rows belong together. */
    Optional<StoredContext> load(ContextId id);

    /**
     * What was committed after a revision, oldest first and without a gap between two of them: at
     * least the last 10,000 commits are kept, so only the oldest can be missing.
     *
     * <p>What it tells is durable.
     *
     * @param limit commits at most
     * @return empty when the context was never open, or was closed long ago
     */
    Optional<CommitLog> log(ContextId id, long after, int limit);

    /** The revisions of those of the contexts that are open. */
    Map<ContextId, Long> revisions(Collection<ContextId> ids);

    /** Whether other processes may commit, too. */
    boolean isShared();

    /** Removes the logs of contexts that were closed more than ten minutes ago. */
    int forgetClosed();

    /** The contexts that are open, ascending. */
    List<ContextId> open();

    /** The contexts that are open on a host, ascending. */
    List<ContextId> openOn(String host);

    /** All claims on a host with the context that has each. */
    Collection<StoredClaim> claims(String host);

    /** The answer recorded for a key; {@code context} null is the service's own scope. */
    Optional<RecordedAnswer> answer(@Nullable ContextId context, String key);

    /** Removes answers older than 24 hours. */
    int forgetOldAnswers();

    /** All hosts, by name. */
    List<StoredHost> hosts();

    /**
     * Creates, replaces or (with a null document) deletes a host.
     *
     * @param expectedHash hash it must have now, null where it must not exist yet
     * @throws StoreException.Stale when it is not so
     * @throws StoreException.HostInUse when contexts are open on it
     */
    void putHost(
            String name,
            @Nullable String expectedHash,
            @Nullable StoredHost document,
            @Nullable RecordedAnswer answer);

    /**
     * A context as it is stored.
     *
     * @param rows its content as the changes that would make it from nothing, in an order in which
     *     they can be applied; may be consumed once
     */
    record StoredContext(ContextId id, long revision, ContextInfo info, Iterable<Change> rows) {}

    /**
     * A part of a context's log.
     *
     * @param revision at least that of the last commit here; of a closed context, of its closing
     * @param commits ascending, each one more than the one before
     */
    record CommitLog(long revision, boolean isClosed, List<LoggedCommit> commits) {}

    /**
     * A commit in the log.
     *
     * @param changes what changed, as it was given with the commit
     */
    record LoggedCommit(long revision, String changes) {}

    /** A claim and who has it. */
    record StoredClaim(ContextId context, Claim claim) {}

    /**
     * A host.
     *
     * @param document the topology as canonical JSON text
     * @param hash of the document; its ETag
     */
    record StoredHost(String name, String document, String hash) {

        /** A host with the hash of its document: SHA-256, in hex. */
        public static StoredHost of(String name, String document) {
            try {
                byte[] hash =
                        MessageDigest.getInstance("SHA-256")
                                .digest(document.getBytes(StandardCharsets.UTF_8));
                return new StoredHost(name, document, HexFormat.of().formatHex(hash));
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException(e); // every Java platform has it
            }
        }
    }

    /**
     * The answer to a request that carried an Idempotency-Key.
     *
     * @param request hash of method, path, query and body: another request under the key is refused
     * @param summary method and path, for the refusal
     * @param status HTTP status
     * @param headers Location and ETag, as text lines
     * @param body as it was sent
     */
    @SuppressWarnings("ArrayRecordComponent") // written and read once, never compared
    record RecordedAnswer(
            @Nullable ContextId context,
            String key,
            String request,
            String summary,
            int status,
            String headers,
            byte[] body) {}
}

package dev.directmsi.hardware.smmu;

import dev.directmsi.address.Access;
import dev.directmsi.address.AddressRange;
import dev.directmsi.address.Iova;
import dev.directmsi.address.Ipa;
import dev.directmsi.address.PageSize;
import dev.directmsi.address.PhysAddr;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What one SMMU remembers: translations of both stages combined, of stage 2 alone, and stream table
 * entries and context descriptors. Filled by walks, emptied only by commands, so that a translation
 * through it shows which invalidation is missing. (IHI 0070, 3.17 and 4)
 *
 * <p>Combined entries are kept per 4K of VA and remember the stage-1 leaf that they are part of: an
 * invalidation of any address in a block drops all of it. They do not remember their IPA, hence a
 * {@code TLBI_S2_IPA} leaves them and must be followed by {@code TLBI_NH_ALL}.
 *
 * <p>Host-owned stage-1 contexts are not cached. At most {@value #CAPACITY} entries of each kind;
 * the oldest goes first. For one thread.
 */
public final class Tlb {

    private static final int CAPACITY = 4096;

    private final Map<StreamId, StreamTableEntry> entries = new Bounded<>();
    private final Map<ContextKey, ContextDescriptor> contexts = new Bounded<>();
    private final Map<CombinedKey, Combined> combined = new Bounded<>();
    private final Map<Stage2Key, Stage2Descriptor> stage2 = new Bounded<>();

    private record ContextKey(StreamId streamId, int ssid) {}

    // A null ASID is a global entry: it serves all of them.
    private record CombinedKey(Vmid vmid, @Nullable Integer asid, long vaPage) {}

    private record Combined(AddressRange leaf, PhysAddr page, Access access) {}

    private record Stage2Key(Vmid vmid, long ipaPage) {}

    private static final class Bounded<K, V> extends LinkedHashMap<K, V> {

        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
            return size() > CAPACITY;
        }
    }

    Optional<StreamTableEntry> entry(StreamId streamId) {
        return Optional.ofNullable(entries.get(streamId));
    }

    void addEntry(StreamId streamId, StreamTableEntry entry) {
        entries.put(streamId, entry);
    }

    Optional<ContextDescriptor> context(StreamId streamId, int ssid) {
        return Optional.ofNullable(contexts.get(new ContextKey(streamId, ssid)));
    }

    void addContext(StreamId streamId, int ssid, ContextDescriptor context) {
        contexts.put(new ContextKey(streamId, ssid), context);
    }

    /** The cached translation of {@code va}, if there is one that permits {@code wanted}. */
    Optional<PhysAddr> combined(Vmid vmid, int asid, Iova va, Access wanted) {
        long page = PageSize.SIZE_4K.floor(va.value());
        return Optional.ofNullable(combined.get(new CombinedKey(vmid, asid, page)))
                .or(() -> Optional.ofNullable(combined.get(new CombinedKey(vmid, null, page))))
                .filter(entry -> entry.access.permits(wanted))
                .map(entry -> entry.page.plus(PageSize.SIZE_4K.offset(va.value())));
    }

    /**
     * Remembers a translation of both stages.
     *
     * @param leaf the stage-1 leaf on the way
     * @param access what both stages permit an unprivileged data access
     */
    void addCombined(
            Vmid vmid, int asid, Iova va, Stage1Descriptor leaf, PhysAddr output, Access access) {
        var key =
                new CombinedKey(
                        vmid, leaf.isGlobal() ? null : asid, PageSize.SIZE_4K.floor(va.value()));
        var page = new PhysAddr(PageSize.SIZE_4K.floor(output.value()));
        combined.put(key, new Combined(leaf.size().page(va.value()), page, access));
    }

    Optional<Stage2Descriptor> stage2(Vmid vmid, Ipa ipa) {
        return Optional.ofNullable(
                stage2.get(new Stage2Key(vmid, PageSize.SIZE_4K.floor(ipa.value()))));
    }

    void addStage2(Vmid vmid, Ipa ipa, Stage2Descriptor leaf) {
        stage2.put(new Stage2Key(vmid, PageSize.SIZE_4K.floor(ipa.value())), leaf);
    }

    /** Forgets what {@code command} says. Its SMMU is the caller's to match. */
    public void execute(SmmuCommand command) {
        Vmid vmid = command.vmid();
        switch (command.opcode()) {
            case CFGI_STE -> {
                entries.remove(command.streamId());
                // IHI 0070, 4.3.1: also what was cached through the entry.
                contexts.keySet().removeIf(key -> key.streamId.equals(command.streamId()));
            }
            // The command does not say which SubstreamID: forgetting more is always allowed.
            case CFGI_CD, CFGI_CD_ALL ->
                    contexts.keySet().removeIf(key -> key.streamId.equals(command.streamId()));
            case TLBI_NH_ALL -> combined.keySet().removeIf(key -> key.vmid.equals(vmid));
            case TLBI_NH_ASID ->
                    combined.keySet()
                            .removeIf(key ->
                                    key.vmid.equals(vmid)
                                            && command.asid() != null
                                            && command.asid().equals(key.asid));
            case TLBI_NH_VA ->
                    forget(command, key -> key.asid == null || key.asid.equals(command.asid()));
            case TLBI_NH_VAA -> forget(command, _ -> true);
            case TLBI_S12_VMALL -> {
                combined.keySet().removeIf(key -> key.vmid.equals(vmid));
                stage2.keySet().removeIf(key -> key.vmid.equals(vmid));
            }
            case TLBI_S2_IPA ->
                    stage2.entrySet()
                            .removeIf(entry ->
                                    entry.getKey().vmid.equals(vmid)
                                            && covers(entry, command.address()));
            case TLBI_NSNH_ALL -> {
                combined.clear();
                stage2.clear();
            }
            // No device cache is modelled, and every command here has completed when it returns.
            case ATC_INV, SYNC -> {}
        }
    }

    private void forget(SmmuCommand command, Predicate<CombinedKey> asid) {
        Long va = command.address();
        combined.entrySet()
                .removeIf(entry ->
                        va != null
                                && entry.getKey().vmid.equals(command.vmid())
                                && asid.test(entry.getKey())
                                && entry.getValue().leaf.contains(va));
    }

    private static boolean covers(
            Map.Entry<Stage2Key, Stage2Descriptor> entry, @Nullable Long ipa) {
        return ipa != null && entry.getValue().size().page(entry.getKey().ipaPage).contains(ipa);
    }
}

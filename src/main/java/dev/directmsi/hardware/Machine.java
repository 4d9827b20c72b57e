package dev.directmsi.hardware;

import dev.directmsi.hardware.pci.MsiEntry;
import dev.directmsi.hardware.smmu.PageTable;
import dev.directmsi.hardware.smmu.StreamId;
import dev.directmsi.hardware.smmu.StreamTableEntry;
import dev.directmsi.hardware.smmu.Vmid;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * What is programmed into one host's hardware: stream tables, page tables by their tags, interrupt
 * translation tables, and the messages in the functions.
 *
 * <p>Contexts own disjoint StreamIDs, VMIDs and DeviceIDs (that is what claims are for), so there
 * is one writer per key and no lock. Nothing here is stored: it is cleared and programmed again. To
 * write null is to clear.
 */
public final class Machine {

    private record Stream(String smmu, StreamId id) {}

    private record Tag(String smmu, Vmid vmid) {}

    private record Substream(String smmu, StreamId id, int substream) {}

    private record Event(String its, int deviceId, int eventId) {}

    private record Slot(String function, int index) {}

    private final Map<Stream, StreamTableEntry> streamTables = new ConcurrentHashMap<>();
    private final Map<Tag, PageTable> stage2 = new ConcurrentHashMap<>();
    private final Map<Substream, PageTable> stage1 = new ConcurrentHashMap<>();
    private final Map<Event, Integer> events = new ConcurrentHashMap<>();
    private final Map<Slot, MsiEntry> msi = new ConcurrentHashMap<>();
    private final Map<String, Boolean> busMasters = new ConcurrentHashMap<>();

    private static <K, V> void write(Map<K, V> table, K key, @Nullable V value) {
        if (value == null) {
            table.remove(key);
        } else {
            table.put(key, value);
        }
    }

    public void writeStreamTableEntry(String smmu, StreamId id, @Nullable StreamTableEntry entry) {
        write(streamTables, new Stream(smmu, id), entry);
    }

    /** The stream table entry, or null where none was written: V is 0 then. */
    public @Nullable StreamTableEntry streamTableEntry(String smmu, StreamId id) {
        return streamTables.get(new Stream(smmu, id));
    }

    /** Puts a stage-2 table behind a VMID. */
    public void writeStage2(String smmu, Vmid vmid, @Nullable PageTable table) {
        write(stage2, new Tag(smmu, vmid), table);
    }

    public Optional<PageTable> stage2(String smmu, Vmid vmid) {
        return Optional.ofNullable(stage2.get(new Tag(smmu, vmid)));
    }

    /**
     * Puts a host-owned stage-1 table behind a context descriptor; substream 0 is the requester
     * itself.
     */
    public void writeStage1(String smmu, StreamId id, int substream, @Nullable PageTable table) {
        write(stage1, new Substream(smmu, id, substream), table);
    }

    public Optional<PageTable> stage1(String smmu, StreamId id, int substream) {
        return Optional.ofNullable(stage1.get(new Substream(smmu, id, substream)));
    }

    /** MAPTI of an event to an LPI (IHI 0069, 5.3.11), or DISCARD. */
    public void writeEvent(String its, int deviceId, int eventId, @Nullable Integer lpi) {
        write(events, new Event(its, deviceId, eventId), lpi);
    }

    /** The LPI of an event, or null where the interrupt translation table has none. */
    public @Nullable Integer event(String its, int deviceId, int eventId) {
        return events.get(new Event(its, deviceId, eventId));
    }

    public void writeMsi(String function, int index, @Nullable MsiEntry entry) {
        write(msi, new Slot(function, index), entry);
    }

    public @Nullable MsiEntry msi(String function, int index) {
        return msi.get(new Slot(function, index));
    }

    public void writeBusMaster(String function, boolean enabled) {
        busMasters.put(function, enabled);
    }

    public boolean isBusMaster(String function) {
        return busMasters.getOrDefault(function, false);
    }
}

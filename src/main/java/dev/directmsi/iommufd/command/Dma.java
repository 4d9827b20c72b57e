package dev.directmsi.iommufd.command;

import static dev.directmsi.iommufd.Reason.*;

import dev.directmsi.address.Access;
import dev.directmsi.address.AddressRange;
import dev.directmsi.address.PageSize;
import dev.directmsi.iommufd.Change;
import dev.directmsi.iommufd.Command;
import dev.directmsi.iommufd.ContextView;
import dev.directmsi.iommufd.Decision;
import dev.directmsi.iommufd.DeviceAccess;
import dev.directmsi.iommufd.DeviceAccess.Journey;
import dev.directmsi.iommufd.EventReports;
import dev.directmsi.iommufd.HostMemory;
import dev.directmsi.iommufd.Landing;
import dev.directmsi.iommufd.Limits;
import dev.directmsi.iommufd.MemoryWrites;
import dev.directmsi.iommufd.object.Device;
import dev.directmsi.iommufd.object.ObjectId;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The device reads or writes memory, page by page. A page that faults is dropped, a read of it
 * gives zeros, and the rest goes on, as on a bus. Where a fault queue takes the fault of a device
 * that can wait, the part is pending: do the access again after the answer.
 *
 * @param data what to write, {@code length} bytes; null for a read
 * @param pasid 0 to 2^20-1, or null
 */
@SuppressWarnings("ArrayRecordComponent") // read by the rule, never compared
public record Dma(
        ObjectId devId,
        Access access,
        long iova,
        long length,
        @Nullable Integer pasid,
        byte @Nullable [] data)
        implements Command<Dma.Transferred> {

    /** Parts whose journeys have hops. */
    public static final int TOLD = 16;

    /** One page of the access. */
    public record Part(long iova, int length, Journey journey) {}

    /**
     * The whole access.
     *
     * @param data what was read, null for a write
     */
    @SuppressWarnings("ArrayRecordComponent") // handed on, never compared
    public record Transferred(List<Part> parts, byte @Nullable [] data) {}

    @Override
    public String ioctl() {
        return "DMA";
    }

    static void check(Access access, @Nullable Integer pasid) {
        if (access != Access.READ && access != Access.WRITE) {
            throw MALFORMED_REQUEST.refusal("problem", "access is READ or WRITE, not " + access);
        }
        if (pasid != null && (pasid < 0 || pasid >= 1 << 20)) {
            throw VALUE_TOO_LARGE.refusal(
                    "what", "the PASID", "value", pasid, "limit", (1 << 20) - 1);
        }
    }

    @Override
    public Decision<Transferred> decide(ContextView context) {
        Device device = context.require(devId, Device.class, DEVICE_NOT_FOUND);
        Mocks.requireTranslation(context, device);
        check(access, pasid);
        if (length <= 0 || length > Limits.TRANSFER_BYTES) {
            throw DMA_LENGTH_INVALID.refusal("length", length, "limit", Limits.TRANSFER_BYTES);
        }
        if (AddressRange.wraps(iova, length)) {
            throw ADDRESS_OVERFLOW.refusal("first", iova, "length", length);
        }
        if (access.writes() ? data == null || data.length != length : data != null) {
            throw DMA_DATA_MISMATCH.refusal(
                    "length", length, "data", data == null ? 0 : data.length);
        }
        var parts = new ArrayList<Part>();
        var writes = new MemoryWrites(context);
        var dirty = DirtyPages.of(context, device, pasid);
        var faults = new PageFaults(context, device);
        var reports = new EventReports(context, device);
        byte[] read = access.reads() ? new byte[(int) length] : null;
        var through = new DeviceAccess(context, device);
        boolean issued = context.machine().isBusMaster(device.function());
        for (int done = 0; done < length; ) {
            long here = iova + done;
            int part =
                    (int)
                            Math.min(
                                    length - done,
                                    PageSize.SIZE_4K.bytes() - PageSize.SIZE_4K.offset(here));
            Journey journey =
                    issued
                            ? journey(through, here, word(done, part), parts.size() < TOLD)
                            : new Journey(
                                    context.function(device).streamIds().getFirst(),
                                    List.of(),
                                    new Landing.NotIssued("bus mastering is off"));
            if (journey.landing() instanceof Landing.Memory memory) {
                if (read != null) {
                    new HostMemory(context).read(memory.address(), read, done, part);
                } else if (data != null) {
                    writes.write(memory.address(), data, done, part);
                    dirty.ifPresent(pages -> pages.mark(here));
                }
            } else if (journey.landing() instanceof Landing.Faulted faulted) {
                Optional<Landing> pending = faults.raise(faulted, pasid, here);
                if (pending.isPresent()) {
                    journey = journey.to(pending.get());
                } else {
                    reports.report(faulted.fault().event());
                }
            }
            parts.add(new Part(here, part, journey));
            done += part;
        }
        List<Change> changes = new ArrayList<>(writes.changes());
        dirty.ifPresent(pages -> changes.addAll(pages.changes()));
        changes.addAll(faults.changes());
        changes.addAll(reports.changes());
        return Decision.of(new Transferred(parts, read), changes);
    }

    private Journey journey(DeviceAccess through, long here, @Nullable Integer word, boolean told) {
        return told
                ? through.access(here, access, pasid, word)
                : through.untold(here, access, pasid, word);
    }

    /** The 32-bit value of a write that is exactly that: it can be an interrupt message. */
    private @Nullable Integer word(int at, int part) {
        return data != null && part == 4 && length == 4
                ? ByteBuffer.wrap(data).order(ByteOrder.LITTLE_ENDIAN).getInt(at)
                : null;
    }
}

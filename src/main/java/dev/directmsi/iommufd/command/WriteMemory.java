package dev.directmsi.iommufd.command;

import static dev.directmsi.iommufd.Reason.*;

import dev.directmsi.address.AddressRange;
import dev.directmsi.address.UserVa;
import dev.directmsi.iommufd.Command;
import dev.directmsi.iommufd.ContextView;
import dev.directmsi.iommufd.Decision;
import dev.directmsi.iommufd.HostMemory;
import dev.directmsi.iommufd.HostMemory.Extent;
import dev.directmsi.iommufd.Limits;
import dev.directmsi.iommufd.MemoryWrites;
import dev.directmsi.iommufd.object.Backing;
import java.util.Optional;

/**
 * The virtual machine monitor writes its own memory.
 *
 * @param data at most 1 MiB
 */
@SuppressWarnings("ArrayRecordComponent") // read by the rule, never compared
public record WriteMemory(UserVa userVa, byte[] data) implements Command<Integer> {

    @Override
    public String ioctl() {
        return "write";
    }

    /** Answers the number of bytes written. */
    @Override
    public Decision<Integer> decide(ContextView context) {
        check(userVa, data.length);
        var writes = new MemoryWrites(context);
        for (int done = 0; done < data.length; ) {
            Extent extent = extent(context, userVa, data.length, done);
            if (!extent.access().writes()) {
                throw MEMORY_READ_ONLY.refusal(
                        "first", userVa.value(), "last", userVa.value() + data.length - 1);
            }
            int part = (int) Math.min(data.length - done, extent.length());
            writes.write(extent.first(), data, done, part);
            done += part;
        }
        return Decision.of(data.length, writes.changes());
    }

    /** Reads memory of the virtual machine monitor. */
    public static byte[] read(ContextView context, UserVa userVa, long bytes) {
        check(userVa, bytes);
        int length = (int) bytes;
        var memory = new HostMemory(context);
        var data = new byte[length];
        for (int done = 0; done < length; ) {
            Extent extent = extent(context, userVa, length, done);
            int part = (int) Math.min(length - done, extent.length());
            memory.read(extent.first(), data, done, part);
            done += part;
        }
        return data;
    }

    private static void check(UserVa userVa, long length) {
        if (length < 1 || length > Limits.TRANSFER_BYTES) {
            throw VALUE_TOO_LARGE.refusal(
                    "what", "the length", "value", length, "limit", Limits.TRANSFER_BYTES);
        }
        if (AddressRange.wraps(userVa.value(), length)) {
            throw ADDRESS_OVERFLOW.refusal("first", userVa.value(), "length", length);
        }
    }

    private static Extent extent(ContextView context, UserVa userVa, int length, int at) {
        Optional<Extent> extent =
                new HostMemory(context).extent(new Backing.UserMemory(userVa), at);
        return extent.orElseThrow(() ->
                MEMORY_OUTSIDE.refusal(
                        "first",
                        userVa.value(),
                        "last",
                        userVa.value() + length - 1,
                        "address",
                        userVa.value() + at));
    }
}

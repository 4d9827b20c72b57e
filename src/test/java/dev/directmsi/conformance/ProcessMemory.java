package dev.directmsi.conformance;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/// The memory of the recorded process. Each word of its buffers holds its own address in the
/// beginning; pages get that content when something is about to look at them.
final class ProcessMemory {

    /// Name of the file that the process has mapped.
    static final String FILE = "memfd";

    private static final int PAGE = 4096;

    private final TreeMap<Long, Buffer> buffers = new TreeMap<>();
    private final Set<Long> filled = new HashSet<>();
    private long fileView;

    /// A buffer.
    ///
    /// @param physical where it lies in the host's memory
    private record Buffer(long first, long length, long physical) {

        boolean contains(long address) {
            return address - first >= 0 && address - first < length;
        }
    }

    /// Makes the buffers that every recorded process has.
    void lay(Session session, Trace trace) {
        long[] file = trace.buffer("file");
        fileView = file[0];
        session.put("/files/" + FILE, "size", Operation.hex(file[1])).reply().expect(201);
        map(session, trace.buffer("buf"), List.of("READ", "WRITE"), Session.Absent.ABSENT);
        map(session, trace.buffer("ro"), List.of("READ"), Session.Absent.ABSENT);
        map(session, trace.buffer("huge"), List.of("READ", "WRITE"), Session.Absent.ABSENT);
        map(session, file, List.of("READ", "WRITE"), FILE);
    }

    private void map(Session session, long[] range, List<String> access, Object file) {
        Answer made = map(session, range[0], range[1], access, file);
        made.reply().expect(201);
        long physical = Operation.numberOf(made.at("physical"));
        buffers.put(range[0], new Buffer(range[0], range[1], physical));
    }

    /// mmap at a fixed address: zeros.
    Answer map(Session session, long first, long length, List<String> access, Object file) {
        return session.put(
                "/memory/regions/" + Operation.hex(first),
                "length",
                Operation.hex(length),
                "access",
                access,
                "file",
                file);
    }

    /// Gives pages that nobody has touched the content they had in the beginning.
    void touch(Session session, long address, long length) {
        Buffer buffer = bufferAt(address).orElse(null);
        if (buffer == null) {
            return;
        }
        long rest = buffer.first() + buffer.length() - address;
        long end = address + (Long.compareUnsigned(length, rest) < 0 ? length : rest);
        for (long page = address & -PAGE; page < end; page += PAGE) {
            if (filled.add(page)) {
                ByteBuffer words = ByteBuffer.allocate(PAGE).order(ByteOrder.LITTLE_ENDIAN);
                for (int at = 0; at < PAGE; at += Long.BYTES) {
                    words.putLong(page + at);
                }
                session.put("/memory/" + Operation.hex(page), words.array()).reply().expect(200);
            }
        }
    }

    /// The same for a part of the file.
    void touchFile(Session session, long start, long length) {
        touch(session, fileView + start, length);
    }

    /// The same for what lies at a physical address.
    void touchPhysical(Session session, long physical, long length) {
        buffers.values().stream()
                .filter(buffer ->
                        physical - buffer.physical() >= 0
                                && physical - buffer.physical() < buffer.length())
                .findFirst()
                .ifPresent(buffer ->
                        touch(session, buffer.first() + physical - buffer.physical(), length));
    }

    Answer write(Session session, long address, byte[] bytes) {
        touch(session, address, bytes.length);
        return session.put("/memory/" + Operation.hex(address), bytes);
    }

    Answer read(Session session, long address, long length) {
        touch(session, address, length);
        return session.get(
                "/memory/" + Operation.hex(address) + "?length=" + Operation.hex(length));
    }

    /// Whether a pointer leads to memory of the process, a buffer for the arguments included.
    static boolean isReadable(Operation operation, String field) {
        return operation.number(field) != 0 && !operation.symbol(field).startsWith("$none");
    }

    private Optional<Buffer> bufferAt(long address) {
        return Optional.ofNullable(buffers.floorEntry(address))
                .map(java.util.Map.Entry::getValue)
                .filter(buffer -> buffer.contains(address));
    }
}

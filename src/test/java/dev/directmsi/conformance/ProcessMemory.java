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

    /// What the read-only buffer shows, so that it can be filled through another view of it.
    private static final String READ_ONLY = "read-only";

    /// Where that other view is; no recording has anything there.
    private static final long WRITABLE_VIEW = 0x1_e000_0000L;

    private static final int PAGE = 4096;

    private final TreeMap<Long, Buffer> buffers = new TreeMap<>();
    private final Set<Long> filled = new HashSet<>();
    private long fileView;

    /// A buffer.
    ///
    /// @param physical where it lies in the host's memory
    /// @param writable from where on it can be written
    private record Buffer(long first, long length, long physical, long writable) {

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
        layReadOnly(session, trace.buffer("ro"));
        map(session, trace.buffer("huge"), List.of("READ", "WRITE"), Session.Absent.ABSENT);
        map(session, file, List.of("READ", "WRITE"), FILE);
    }

    private void layReadOnly(Session session, long[] range) {
        long length = range[1];
        session.put("/files/" + READ_ONLY, "size", Operation.hex(length)).reply().expect(201);
        long[] other = {WRITABLE_VIEW, length};
        map(session, other, List.of("READ", "WRITE"), READ_ONLY);
        map(session, range, List.of("READ"), READ_ONLY);
        buffers.remove(WRITABLE_VIEW);
        buffers.computeIfPresent(
                range[0],
                (first, read) -> new Buffer(first, length, read.physical(), WRITABLE_VIEW));
    }

    private void map(Session session, long[] range, List<String> access, Object file) {
        Answer made = map(session, range[0], range[1], access, file);
        made.reply().expect(201);
        long physical = Operation.numberOf(made.at("physical"));
        buffers.put(range[0], new Buffer(range[0], range[1], physical, range[0]));
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
                for (int word = 0; word < PAGE; word += Long.BYTES) {
                    words.putLong(page + word);
                }
                long at = buffer.writable() + page - buffer.first();
                session.put("/memory/" + Operation.hex(at), words.array()).reply().expect(200);
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

package dev.directmsi.store;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Lets H2 find its last commits after the process was killed.
///
/// H2 writes every commit as a chunk: at the end of its file, where it is found again, or into a
/// hole. Two faults of its file header (all releases from 2.2.220 to 2.5.252) lose commits that are
/// in the file and synced.
///
/// *It names the chunk before the last.* Each chunk predicts where the next will lie. When that
/// turns out wrong, H2 writes the header too, so that the chunk can be found; but into the header
/// goes the chunk before it, since `FileStore.storeBuffer` sets `lastChunk` only after
/// `writeChunk`. Killed now, or up to twenty commits later, H2 opens as of the chunk before.
///
/// *It says `clean` for too long.* The first chunk after a clean start is written before the mark
/// is taken off, and it may lie where a dead chunk was that the last layout still lists. Killed
/// between these two writes, or within the first, H2 believes the mark, misses the dead chunk, and
/// falls back: not to the last chunk, which `readStoreHeader` then does not consider, but to any
/// older one, once to the empty database. Or it takes the space of the dead chunk for its own and
/// frees it when others live there.
///
/// So before H2 opens a file, the header is made to name the newest complete chunk, as H2 meant it
/// to, and never says `clean`. H2 then verifies the chunk as ever, and may miss dead ones.
/// Rejected: `REUSE_SPACE=FALSE`, with which there are no holes and the file only grows; H2's
/// recovery mode, which reads what it cannot read as empty; release 2.1.214, the last without the
/// first fault.
///
/// Delete when H2's header names the chunk that was just written, and is not clean before it is.
final class H2Recovery {

    private static final String FILE_URL = "jdbc:h2:file:";
    private static final int BLOCK = 4096;

    /// Blocks with the file header, twice the same.
    private static final int HEADERS = 2;

    private static final int CHUNK_HEADER_BYTES = 1024;
    private static final int CHUNK_FOOTER_BYTES = 128;

    private record Chunk(String id, long version, long block) {}

    private final FileChannel file;

    private H2Recovery(FileChannel file) {
        this.file = file;
    }

    /// Makes the file of an H2 database ready to be opened. Not while this process has it open: to
    /// close the file here would give up H2's lock on it.
    ///
    /// @param url of the database; nothing is done when it names no file
    static void run(String url) {
        if (url.startsWith(FILE_URL)) {
            Path path = file(url);
            if (Files.exists(path)) {
                try (FileChannel file =
                        FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
                    new H2Recovery(file).nameNewestChunk();
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
        }
    }

    private static Path file(String url) {
        String name = url.substring(FILE_URL.length()).split(";", 2)[0] + ".mv.db";
        return Path.of(
                name.startsWith("~/") ? System.getProperty("user.home") + name.substring(1) : name);
    }

    private void nameNewestChunk() throws IOException {
        if (file.tryLock() == null) {
            return; // another process has it open; H2 will say so
        }
        Optional<Map<String, String>> found = newestHeader();
        if (found.isPresent()) {
            Map<String, String> header = found.get();
            boolean changed = header.remove("clean") != null;
            Optional<Chunk> newest = newestChunk();
            if (newest.isPresent() && newest.get().version() > hex(header.get("version"))) {
                name(newest.get(), header);
                changed = true;
            }
            if (changed) {
                write(header);
            }
        }
    }

    private Optional<Map<String, String>> newestHeader() throws IOException {
        Map<String, String> newest = null;
        for (int block = 0; block < HEADERS; block++) {
            Map<String, String> header = checked(read((long) block * BLOCK, BLOCK));
            if (header != null
                    && (newest == null
                            || hex(header.get("version")) > hex(newest.get("version")))) {
                newest = header;
            }
        }
        return Optional.ofNullable(newest);
    }

    /// Looks at every block: a new chunk can lie inside an old one that is free.
    private Optional<Chunk> newestChunk() throws IOException {
        Chunk newest = null;
        long blocks = file.size() / BLOCK;
        for (long block = HEADERS; block < blocks; block++) {
            Chunk chunk = chunkAt(block);
            if (chunk != null && (newest == null || chunk.version() > newest.version())) {
                newest = chunk;
            }
        }
        return Optional.ofNullable(newest);
    }

    /// The chunk that begins at a block and was written to its end, or null.
    private @Nullable Chunk chunkAt(long block) throws IOException {
        String text = read(block * BLOCK, CHUNK_HEADER_BYTES);
        if (!text.startsWith("chunk:")) {
            return null;
        }
        Map<String, String> header = map(text);
        long end = (block + hex(header.get("len"))) * BLOCK;
        Map<String, String> footer =
                end > file.size()
                        ? null
                        : checked(read(end - CHUNK_FOOTER_BYTES, CHUNK_FOOTER_BYTES));
        String id = header.get("chunk");
        long version = hex(header.get("version"));
        return footer != null
                        && id != null
                        && id.equals(footer.get("chunk"))
                        && version == hex(footer.get("version"))
                ? new Chunk(id, version, block)
                : null;
    }

    private static void name(Chunk chunk, Map<String, String> header) {
        header.put("block", Long.toHexString(chunk.block()));
        header.put("chunk", chunk.id());
        header.put("version", Long.toHexString(chunk.version()));
    }

    private void write(Map<String, String> header) throws IOException {
        header.remove("fletcher");
        String text =
                header.entrySet().stream()
                        .map(entry -> entry.getKey() + ":" + entry.getValue())
                        .collect(Collectors.joining(","));
        String line = text + ",fletcher:" + Integer.toHexString(fletcher(text)) + "\n";
        ByteBuffer blocks = ByteBuffer.allocate(HEADERS * BLOCK);
        for (int block = 0; block < HEADERS; block++) {
            blocks.put(block * BLOCK, line.getBytes(ISO_8859_1));
        }
        while (blocks.hasRemaining()) {
            file.write(blocks, blocks.position());
        }
        file.force(true);
    }

    private String read(long position, int length) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(length);
        while (bytes.hasRemaining() && file.read(bytes, position + bytes.position()) > 0) {
            // until it is full or the file ends
        }
        return new String(bytes.array(), 0, bytes.position(), ISO_8859_1);
    }

    /// A line of `key:value,…,fletcher:checksum` as a map; null when the checksum is wrong.
    private static @Nullable Map<String, String> checked(String text) {
        int end = text.indexOf(",fletcher:");
        Map<String, String> map = map(text);
        boolean right =
                end >= 0
                        && hex(map.get("fletcher"))
                                == Integer.toUnsignedLong(fletcher(text.substring(0, end)));
        return right ? map : null;
    }

    private static Map<String, String> map(String text) {
        var map = new LinkedHashMap<String, String>();
        for (String entry : text.split("\n", 2)[0].strip().split(",", -1)) {
            int colon = entry.indexOf(':');
            if (colon > 0) {
                map.put(entry.substring(0, colon), entry.substring(colon + 1).strip());
            }
        }
        return map;
    }

    /// What is no number is -1, which nothing is.
    private static long hex(@Nullable String value) {
        return value != null && value.matches("[0-9a-f]{1,15}") ? Long.parseLong(value, 16) : -1;
    }

    /// Fletcher's checksum with 32 bits, over big-endian words; a missing last byte counts as 0.
    private static int fletcher(String text) {
        byte[] bytes = text.getBytes(ISO_8859_1);
        long sum1 = 0xffff;
        long sum2 = 0xffff;
        for (int i = 0; i < bytes.length; i += 2) {
            int low = i + 1 < bytes.length ? bytes[i + 1] & 0xff : 0;
            sum1 += (bytes[i] & 0xff) << 8 | low;
            sum2 += sum1;
        }
        return folded(sum2) << 16 | folded(sum1);
    }

    private static int folded(long sum) {
        long folded = sum;
        while (folded > 0xffff) {
            folded = (folded & 0xffff) + (folded >>> 16);
        }
        return (int) folded;
    }
}

package dev.directmsi.hardware.acpi;

import dev.directmsi.address.Address;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/// The bytes of one ACPI table with a sound header: signature, length and checksum agree with what
/// was given. All reads are little endian and checked against the table's end.
final class AcpiTable {

    /// Length of the header that all tables share (ACPI 6.5, 5.2.6).
    static final int HEADER_LENGTH = 36;

    /// No machine's IORT or MADT comes near; the limit is ours.
    static final int MAX_LENGTH = 1 << 20;

    private static final int LENGTH_OFFSET = 4;
    private static final int REVISION_OFFSET = 8;
    private static final int CHECKSUM_OFFSET = 9;
    private static final int OEM_ID_OFFSET = 10;
    private static final int OEM_TABLE_ID_OFFSET = 16;
    private static final int OEM_REVISION_OFFSET = 24;

    private final String name;
    private final ByteBuffer bytes;

    /// @param name what problems call the table
    /// @param signature the four letters it must begin with
    AcpiTable(String name, String signature, byte[] content) {
        this.name = name;
        this.bytes = ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN).asReadOnlyBuffer();
        bytes.order(ByteOrder.LITTLE_ENDIAN);
        check(signature);
    }

    private void check(String signature) {
        if (length() < HEADER_LENGTH) {
            throw problem(
                    length(),
                    "the file ends inside the header, after " + length() + " of 36 bytes");
        }
        if (length() > MAX_LENGTH) {
            throw problem(0, "the file is longer than " + MAX_LENGTH + " bytes");
        }
        if (!text(0, 4).equals(signature)) {
            throw problem(0, "the signature is not " + signature);
        }
        long stated = u32(LENGTH_OFFSET);
        if (stated != length()) {
            throw problem(
                    LENGTH_OFFSET,
                    "the header says %d bytes, the file has %d".formatted(stated, length()));
        }
        int sum = 0;
        for (int i = 0; i < length(); i++) {
            sum += bytes.get(i);
        }
        if ((sum & 0xff) != 0) {
            throw problem(
                    CHECKSUM_OFFSET,
                    "bad checksum: the bytes add up to %s, not to 0"
                            .formatted(Address.hex(sum & 0xff)));
        }
    }

    int length() {
        return bytes.limit();
    }

    int revision() {
        return u8(REVISION_OFFSET);
    }

    String oemId() {
        return text(OEM_ID_OFFSET, 6);
    }

    String oemTableId() {
        return text(OEM_TABLE_ID_OFFSET, 8);
    }

    long oemRevision() {
        return u32(OEM_REVISION_OFFSET);
    }

    int u8(int offset) {
        require(offset, 1);
        return Byte.toUnsignedInt(bytes.get(offset));
    }

    int u16(int offset) {
        require(offset, 2);
        return Short.toUnsignedInt(bytes.getShort(offset));
    }

    long u32(int offset) {
        require(offset, 4);
        return Integer.toUnsignedLong(bytes.getInt(offset));
    }

    /// An unsigned 64-bit number.
    long u64(int offset) {
        require(offset, 8);
        return bytes.getLong(offset);
    }

    /// Bytes as Latin-1, so that no byte is invalid.
    String text(int offset, int size) {
        require(offset, size);
        var text = new byte[size];
        bytes.get(offset, text);
        return new String(text, StandardCharsets.ISO_8859_1);
    }

    AcpiProblem problem(long offset, String reason) {
        return new AcpiProblem(name, offset, reason);
    }

    private void require(int offset, int size) {
        if (offset < 0 || offset > length() - size) {
            throw problem(
                    Integer.toUnsignedLong(offset),
                    "%d bytes are read here, but the table ends at %s"
                            .formatted(size, Address.hex(length())));
        }
    }
}

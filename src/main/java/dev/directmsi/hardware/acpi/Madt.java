package dev.directmsi.hardware.acpi;

import dev.directmsi.address.Address;
import dev.directmsi.hardware.its.Its;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;

/// The ITSes of a MADT (ACPI 6.5, 5.2.12). Structures of other types are skipped by their length.
///
/// @param translators by ITS id, in the table's order
public record Madt(SequencedMap<Long, Translator> translators) {

    private static final int FIRST_STRUCTURE = 44;
    private static final int GIC_ITS = 0x0f;
    private static final int GIC_ITS_LENGTH = 20;

    /// Physical addresses have at most 52 bits.
    private static final long HIGHEST_FRAME = (1L << 52) - 2 * Its.FRAME_SIZE;

    /// A GIC Interrupt Translation Service structure (ACPI 6.5, 5.2.12.18).
    ///
    /// @param offset of the structure in the table
    /// @param id what an IORT ITS group refers to, unsigned 32-bit
    /// @param base physical address of the control frame, 64 KiB aligned
    public record Translator(int offset, long id, long base) {}

    public Madt {
        translators = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(translators));
    }

    /// Reads the table.
    ///
    /// @throws AcpiProblem where the table is not sound
    public static Madt parse(byte[] content) {
        var table = new AcpiTable("MADT", "APIC", content);
        if (table.length() < FIRST_STRUCTURE) {
            throw table.problem(table.length(), "the table ends before its flags, at 0x2c");
        }
        var translators = new LinkedHashMap<Long, Translator>();
        int length;
        for (int at = FIRST_STRUCTURE; at < table.length(); at += length) {
            int type = table.u8(at);
            length = table.u8(at + 1);
            if (length < 2) {
                throw table.problem(at + 1, "a structure of length " + length);
            }
            if (length > table.length() - at) {
                throw table.problem(
                        at + 1,
                        "a structure of %d bytes runs past the table's end at %s"
                                .formatted(length, Address.hex(table.length())));
            }
            if (type == GIC_ITS) {
                add(table, at, length, translators);
            }
        }
        return new Madt(translators);
    }

    private static void add(
            AcpiTable table, int at, int length, Map<Long, Translator> translators) {
        if (length < GIC_ITS_LENGTH) {
            throw table.problem(at + 1, "an ITS structure of %d bytes, not 20".formatted(length));
        }
        var added = new Translator(at, table.u32(at + 4), table.u64(at + 8));
        if (added.base() % Its.FRAME_SIZE != 0) {
            throw table.problem(
                    at + 8, "ITS base " + Address.hex(added.base()) + " is not 64 KiB aligned");
        }
        if (Long.compareUnsigned(added.base(), HIGHEST_FRAME) > 0) {
            throw table.problem(
                    at + 8, "ITS base " + Address.hex(added.base()) + " needs more than 52 bits");
        }
        Translator other = translators.putIfAbsent(added.id(), added);
        if (other != null) {
            throw table.problem(
                    at + 4,
                    "ITS id %d is also that of the structure at %s"
                            .formatted(added.id(), Address.hex(other.offset())));
        }
    }
}

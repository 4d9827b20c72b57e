package dev.directmsi.hardware.acpi;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// Firmware tables: those of real machines, and some made node by node.
public final class Tables {

    private Tables() {}

    /// A table of the resources, byte for byte as firmware had it.
    public static byte[] real(String name) {
        try (InputStream stream = Tables.class.getResourceAsStream("/acpi/" + name)) {
            if (stream == null) {
                throw new IllegalArgumentException("no table " + name);
            }
            return stream.readAllBytes();
        } catch (IOException trouble) {
            throw new UncheckedIOException(trouble);
        }
    }

    /// A copy with one 32-bit word changed and the checksum made right again.
    public static byte[] with(byte[] table, int offset, long word) {
        byte[] changed = table.clone();
        little(changed).putInt(offset, (int) word);
        return sealed(changed);
    }

    /// Makes the length in the header and the checksum agree with the bytes, in place.
    public static byte[] sealed(byte[] table) {
        if (table.length >= 36) {
            little(table).putInt(4, table.length);
            table[9] = 0;
            int sum = 0;
            for (byte b : table) {
                sum += b;
            }
            table[9] = (byte) -sum;
        }
        return table;
    }

    /// An IORT of nodes, the first at 0x30.
    public static byte[] iort(int revision, byte[]... nodes) {
        int length = 48;
        for (byte[] node : nodes) {
            length += node.length;
        }
        ByteBuffer table = little(new byte[length]);
        table.put("IORT".getBytes(StandardCharsets.ISO_8859_1)).putInt(length);
        table.put((byte) revision).put(9, (byte) 0);
        table.putInt(36, nodes.length).putInt(40, 48).position(48);
        for (byte[] node : nodes) {
            table.put(node);
        }
        return sealed(bytes(table));
    }

    public static byte[] itsGroup(int... ids) {
        ByteBuffer body = little(new byte[4 + 4 * ids.length]).putInt(ids.length);
        for (int id : ids) {
            body.putInt(id);
        }
        return node(0, 1, bytes(body));
    }

    /// A root complex node of revision 4.
    ///
    /// @param flags bit 0 ATS, bit 1 PRI, bit 2 PASIDs; bit 8 CANWBS
    public static byte[] rootComplex(int segment, int flags, byte[]... mappings) {
        ByteBuffer body = little(new byte[20]);
        body.putInt(0, 1).put(7, (byte) ((flags & 0x100) != 0 ? 7 : 3));
        body.putInt(8, flags & 0xff).putInt(12, segment).put(16, (byte) 48).put(17, (byte) 20);
        return node(2, 4, bytes(body), mappings);
    }

    public static byte[] smmuV3(long base, int flags, int model, byte[]... mappings) {
        ByteBuffer body = little(new byte[52]);
        body.putLong(0, base).putInt(8, flags).putInt(24, model);
        for (int gsiv = 28; gsiv < 44; gsiv += 4) {
            body.putInt(gsiv, 100 + gsiv);
        }
        return node(4, 5, bytes(body), mappings);
    }

    public static byte[] reservedMemory(int flags, long base, long length, byte[]... mappings) {
        ByteBuffer body = little(new byte[12 + 20]);
        body.putInt(flags).putInt(1).putInt(28).putLong(base).putLong(length);
        return node(6, 3, bytes(body), mappings);
    }

    public static byte[] namedComponent(String path, byte[]... mappings) {
        byte[] name = path.getBytes(StandardCharsets.ISO_8859_1);
        ByteBuffer body = little(new byte[13 + name.length + 1]);
        body.position(13).put(name);
        return node(1, 4, bytes(body), mappings);
    }

    public static byte[] pmcg(long base, byte[]... mappings) {
        return node(5, 1, bytes(little(new byte[24]).putLong(base)), mappings);
    }

    /// An id mapping.
    ///
    /// @param count ids, not minus one
    public static byte[] ids(long input, long count, long output, int target) {
        ByteBuffer mapping = little(new byte[20]);
        mapping.putInt((int) input).putInt((int) (count - 1)).putInt((int) output).putInt(target);
        return bytes(mapping);
    }

    public static byte[] single(long output, int target) {
        byte[] mapping = ids(0, 1, output, target);
        mapping[16] = 1;
        return mapping;
    }

    public static byte[] node(int type, int revision, byte[] body, byte[]... mappings) {
        int length = 16 + body.length + 20 * mappings.length;
        ByteBuffer node = little(new byte[length]);
        node.put((byte) type).putShort((short) length).put((byte) revision).putInt(0);
        node.putInt(mappings.length).putInt(mappings.length == 0 ? 0 : 16 + body.length);
        node.put(body);
        for (byte[] mapping : mappings) {
            node.put(mapping);
        }
        return bytes(node);
    }

    /// A MADT with an ITS per base, with ids 0, 1, …
    public static byte[] madt(long... bases) {
        ByteBuffer table = little(new byte[44 + 20 * bases.length]);
        table.put("APIC".getBytes(StandardCharsets.ISO_8859_1)).put(8, (byte) 5).position(44);
        for (int id = 0; id < bases.length; id++) {
            table.put((byte) 0x0f).put((byte) 20).putShort((short) 0);
            table.putInt(id).putLong(bases[id]).putInt(0);
        }
        return sealed(bytes(table));
    }

    public static List<byte[]> allIorts() {
        var tables = new ArrayList<byte[]>();
        for (String name :
                List.of(
                        "qemu-virt.IORT",
                        "qemu-virt.IORT.its_off",
                        "qemu-virt.IORT.smmuv3-dev",
                        "qemu-virt.IORT.smmuv3-legacy")) {
            tables.add(real(name));
        }
        return tables;
    }

    private static byte[] bytes(ByteBuffer buffer) {
        var bytes = new byte[buffer.capacity()];
        buffer.get(0, bytes);
        return bytes;
    }

    private static ByteBuffer little(byte[] bytes) {
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }
}

package dev.directmsi.iommufd;

import dev.directmsi.address.Access;
import dev.directmsi.address.AddressRange;
import dev.directmsi.address.UserVa;
import dev.directmsi.iommufd.object.Backing;
import dev.directmsi.iommufd.object.Mapping;
import dev.directmsi.iommufd.object.Pages;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The lowest level of the tree: mappings column by column, 33 bytes each. A {@link Mapping} is made
 * whenever somebody looks at one.
 */
final class MappingLeaf extends MappingNode {

    private static final int CAPACITY = 128;
    private static final int SMALLEST = 8;

    private static final Access[] ACCESSES = Access.values();
    private static final int ACCESS = 3;
    private static final int WRITABLE = 4;
    private static final int CHARGED = 8;

    private long[] firsts;
    private long[] lasts;

    /** Addresses of user memory. */
    private long[] starts;

    /** Ids of {@link Pages}, and what else is to be known of them and of the access. */
    private long[] pages;

    private byte[] flags;

    /**
     * Backings that are not user memory, and nothing beyond the size; null while all of them are.
     */
    private @Nullable Backing @Nullable [] others;

    MappingLeaf(MappingTable owner) {
        this(owner, SMALLEST);
    }

    private MappingLeaf(MappingTable owner, int length) {
        super(owner);
        firsts = new long[length];
        lasts = new long[length];
        starts = new long[length];
        pages = new long[length];
        flags = new byte[length];
    }

    @Override
    int capacity() {
        return CAPACITY;
    }

    @Override
    long first() {
        return firsts[0];
    }

    @Override
    long last() {
        return lasts[size - 1];
    }

    @Override
    MappingLeaf leaf(long address) {
        return this;
    }

    /**
     * The lowest mapping that ends at {@code address} or above, by number; size if there is none.
     */
    int index(long address) {
        return atLeast(lasts, size, address);
    }

    long first(int index) {
        return firsts[index];
    }

    Mapping get(int index) {
        Backing other = others == null ? null : others[index];
        int flag = flags[index];
        return new Mapping(
                firsts[index],
                lasts[index],
                other == null ? new Backing.UserMemory(new UserVa(starts[index])) : other,
                ACCESSES[flag & ACCESS],
                new Pages(pages[index], (flag & WRITABLE) != 0, (flag & CHARGED) != 0));
    }

    private void set(int index, Mapping mapping) {
        firsts[index] = mapping.first();
        lasts[index] = mapping.last();
        starts[index] = mapping.backing().start();
        pages[index] = mapping.pages().id();
        flags[index] =
                (byte)
                        (mapping.access().ordinal()
                                | (mapping.pages().writable() ? WRITABLE : 0)
                                | (mapping.pages().charged() ? CHARGED : 0));
        if (!(mapping.backing() instanceof Backing.UserMemory)) {
            others()[index] = mapping.backing();
        } else if (others != null) {
            others[index] = null;
        }
    }

    private @Nullable Backing[] others() {
        if (others == null) {
            others = new @Nullable Backing[firsts.length];
        }
        return others;
    }

    @Override
    @Nullable MappingNode add(Mapping mapping) {
        forgetRoom();
        int index = index(mapping.first());
        if (size < CAPACITY) {
            insert(index, mapping);
            return null;
        }
        // Who maps in ascending order leaves full leaves behind.
        int half = index == size ? size : size / 2;
        var upper = new MappingLeaf(owner);
        upper.reserve(size - half);
        move(this, half, upper, 0, size - half);
        upper.size = size - half;
        if (others != null) {
            Arrays.fill(others, half, size, null);
        }
        size = half;
        if (index > half || half == CAPACITY) {
            upper.insert(index - half, mapping);
        } else {
            insert(index, mapping);
        }
        return upper;
    }

    private void insert(int index, Mapping mapping) {
        reserve(size + 1);
        move(this, index, this, index + 1, size - index);
        set(index, mapping);
        size++;
    }

    @Override
    void remove(long first) {
        forgetRoom();
        int index = index(first);
        move(this, index + 1, this, index, size - index - 1);
        size--;
        if (others != null) {
            others[size] = null;
        }
    }

    @Override
    void append(MappingNode right) {
        forgetRoom();
        reserve(size + right.size);
        move((MappingLeaf) right, 0, this, size, right.size);
        size += right.size;
    }

    @Override
    MappingLeaf copy(MappingTable table) {
        var copy = new MappingLeaf(table, firsts.length);
        move(this, 0, copy, 0, size);
        copy.size = size;
        return copy;
    }

    private void reserve(int needed) {
        if (needed > firsts.length) {
            int length = Math.min(CAPACITY, Math.max(needed, 2 * firsts.length));
            firsts = Arrays.copyOf(firsts, length);
            lasts = Arrays.copyOf(lasts, length);
            starts = Arrays.copyOf(starts, length);
            pages = Arrays.copyOf(pages, length);
            flags = Arrays.copyOf(flags, length);
            others = others == null ? null : Arrays.copyOf(others, length);
        }
    }

    private static void move(MappingLeaf from, int at, MappingLeaf to, int toAt, int count) {
        System.arraycopy(from.firsts, at, to.firsts, toAt, count);
        System.arraycopy(from.lasts, at, to.lasts, toAt, count);
        System.arraycopy(from.starts, at, to.starts, toAt, count);
        System.arraycopy(from.pages, at, to.pages, toAt, count);
        System.arraycopy(from.flags, at, to.flags, toAt, count);
        if (from.others != null) {
            System.arraycopy(from.others, at, to.others(), toAt, count);
        }
    }

    @Override
    @Nullable AddressRange hole(AddressRange window, long length, long align) {
        for (int i = Math.max(1, index(window.first())); i < size; i++) {
            if (Long.compareUnsigned(lasts[i - 1], window.last()) >= 0) {
                return null;
            }
            AddressRange hole = between(lasts[i - 1], firsts[i], window, length, align);
            if (hole != null) {
                return hole;
            }
        }
        return null;
    }

    @Override
    long measure(int alignment) {
        long align = bytes(alignment);
        long most = 0;
        for (int i = 1; i < size; i++) {
            if (lasts[i - 1] + 1 != firsts[i]) {
                most = larger(most, room(lasts[i - 1] + 1, firsts[i] - 1, align));
            }
        }
        return most;
    }
}

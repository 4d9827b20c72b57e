package dev.directmsi.iommufd;

import dev.directmsi.address.AddressRange;
import dev.directmsi.iommufd.object.Mapping;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** An inner level of the tree: nodes that follow each other, none of them empty. */
final class MappingBranch extends MappingNode {

    private static final int CAPACITY = 32;

    private final long[] firsts = new long[CAPACITY];
    private final long[] lasts = new long[CAPACITY];
    private final MappingNode[] nodes = new MappingNode[CAPACITY];

    private MappingBranch(MappingTable owner) {
        super(owner);
    }

    /** Two halves under one roof. */
    static MappingBranch over(MappingTable owner, MappingNode lower, MappingNode upper) {
        var branch = new MappingBranch(owner);
        branch.size = 2;
        branch.set(0, lower);
        branch.set(1, upper);
        return branch;
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
        return nodes[index(address)].leaf(address);
    }

    /** The lowest node that ends at {@code address} or above, by number; size if there is none. */
    private int index(long address) {
        return atLeast(lasts, size, address);
    }

    private void set(int index, MappingNode node) {
        nodes[index] = node;
        firsts[index] = node.first();
        lasts[index] = node.last();
    }

    /** The only node, when there is no other. */
    MappingNode only() {
        return nodes[0];
    }

    @Override
    @Nullable MappingNode add(Mapping mapping) {
        forgetRoom();
        int index = Math.min(index(mapping.first()), size - 1);
        MappingNode node = nodes[index].of(owner);
        MappingNode upper = node.add(mapping);
        set(index, node);
        return upper == null ? null : insert(index + 1, upper);
    }

    private @Nullable MappingNode insert(int index, MappingNode node) {
        if (size < CAPACITY) {
            move(this, index, this, index + 1, size - index);
            size++;
            set(index, node);
            return null;
        }
        int half = index == size ? size : size / 2;
        var upper = new MappingBranch(owner);
        move(this, half, upper, 0, size - half);
        upper.size = size - half;
        clear(half);
        if (index > half || half == CAPACITY) {
            upper.insert(index - half, node);
        } else {
            insert(index, node);
        }
        return upper;
    }

    @Override
    void remove(long first) {
        forgetRoom();
        int index = index(first);
        MappingNode node = nodes[index].of(owner);
        node.remove(first);
        if (node.size == 0) {
            drop(index);
        } else {
            set(index, node);
            if (node.size < node.capacity() / 2) {
                join(index > 0 ? index - 1 : index);
            }
        }
    }

    /** Makes one of two neighbours, if there is room for some more in it. */
    private void join(int index) {
        if (index + 1 < size
                && nodes[index].size + nodes[index + 1].size <= nodes[index].capacity() / 4 * 3) {
            MappingNode lower = nodes[index].of(owner);
            lower.append(nodes[index + 1]);
            set(index, lower);
            drop(index + 1);
        }
    }

    private void drop(int index) {
        move(this, index + 1, this, index, size - index - 1);
        clear(size - 1);
    }

    private void clear(int newSize) {
        Arrays.fill(nodes, newSize, size, null);
        size = newSize;
    }

    @Override
    void append(MappingNode right) {
        forgetRoom();
        move((MappingBranch) right, 0, this, size, right.size);
        size += right.size;
    }

    @Override
    MappingBranch copy(MappingTable table) {
        var copy = new MappingBranch(table);
        move(this, 0, copy, 0, size);
        copy.size = size;
        return copy;
    }

    private static void move(MappingBranch from, int at, MappingBranch to, int toAt, int count) {
        System.arraycopy(from.firsts, at, to.firsts, toAt, count);
        System.arraycopy(from.lasts, at, to.lasts, toAt, count);
        System.arraycopy(from.nodes, at, to.nodes, toAt, count);
    }

    @Override
    @Nullable AddressRange hole(AddressRange window, long length, long align) {
        for (int i = index(window.first()); i < size; i++) {
            AddressRange before =
                    i == 0 ? null : between(lasts[i - 1], firsts[i], window, length, align);
            if (before != null) {
                return before;
            }
            if (Long.compareUnsigned(firsts[i], window.last()) > 0) {
                return null;
            }
            AddressRange inside =
                    nodes[i].hasRoom(length, align) ? nodes[i].hole(window, length, align) : null;
            if (inside != null) {
                return inside;
            }
        }
        return null;
    }

    @Override
    long measure(int alignment) {
        long align = bytes(alignment);
        long most = nodes[0].room(alignment);
        for (int i = 1; i < size; i++) {
            most = larger(most, nodes[i].room(alignment));
            if (lasts[i - 1] + 1 != firsts[i]) {
                most = larger(most, room(lasts[i - 1] + 1, firsts[i] - 1, align));
            }
        }
        return most;
    }
}

package dev.directmsi.iommufd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.directmsi.address.Access;
import dev.directmsi.address.AddressRange;
import dev.directmsi.address.UserVa;
import dev.directmsi.iommufd.object.Backing;
import dev.directmsi.iommufd.object.Mapping;
import dev.directmsi.iommufd.object.Pages;
import java.util.Collection;
import java.util.ConcurrentModificationException;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A table of mappings against a sorted map that does everything the slow way. */
class MappingTableTest {

    private static final int STEPS = 40_000;
    private static final long PAGE = 0x1000;

    /** Where mappings lie close together; the middle one has the change of sign in it. */
    private static final long[] CROWDS = {0, Long.MIN_VALUE - 5_000 * PAGE, -20_000 * PAGE};

    private final long seed = Long.getLong("seed", new Random().nextLong());
    private final Random random = new Random(seed);
    private final TreeMap<Long, Mapping> model = new TreeMap<>(Long::compareUnsigned);
    private final MappingTable table = new MappingTable();

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void answersAsASortedMapDoes(boolean ascending) {
        System.out.println("-Dseed=" + seed);
        long next = 0;
        for (int step = 0; step < STEPS; step++) {
            // grows for a while, then shrinks to almost nothing, twice
            boolean growing = step / (STEPS / 4) % 2 == 0;
            if (random.nextInt(10) < (growing ? 9 : 1)) {
                long first = ascending ? next : CROWDS[random.nextInt(3)] + pages(20_000);
                next = add(first);
            } else if (!model.isEmpty()) {
                remove();
            }
            probe();
            if (step % 3_000 == 0) {
                compare(table, model);
                tryOut();
            }
        }
        compare(table, model);
        while (!model.isEmpty()) {
            remove();
        }
        compare(table, model);
    }

    private long pages(int bound) {
        return random.nextInt(bound) * PAGE;
    }

    private long add(long first) {
        Mapping mapping = mapping(first);
        if (under(model, mapping.range()).findAny().isPresent()) {
            if (random.nextInt(200) == 0) {
                assertThatThrownBy(() -> table.add(mapping))
                        .isInstanceOf(IllegalStateException.class);
            }
        } else {
            table.add(mapping);
            model.put(mapping.first(), mapping);
        }
        return mapping.last() + 1 + pages(2);
    }

    private Mapping mapping(long first) {
        long start = random.nextInt(20) == 0 ? random.nextLong() : random.nextInt() * PAGE;
        // files in some neighbourhoods only
        Backing backing =
                (first >>> 19 & 1) == 0 && random.nextBoolean()
                        ? new Backing.FileMemory("file" + random.nextInt(3), start)
                        : new Backing.UserMemory(new UserVa(start));
        Access access = Access.values()[random.nextInt(random.nextInt(50) == 0 ? 4 : 3) % 3 + 1];
        if (random.nextInt(5_000) == 0) {
            access = Access.NONE;
        }
        long length = random.nextInt(50) == 0 ? 1 + random.nextInt(5_000) : PAGE + pages(4);
        long last = first + length - 1;
        return new Mapping(
                first,
                Long.compareUnsigned(last, first) < 0 ? -1 : last,
                backing,
                access,
                new Pages(random.nextLong(), random.nextBoolean(), random.nextBoolean()));
    }

    private void remove() {
        long near = CROWDS[random.nextInt(3)] + pages(20_000);
        Map.Entry<Long, Mapping> entry = model.ceilingEntry(near);
        Mapping mapping = entry == null ? model.lastEntry().getValue() : entry.getValue();
        table.remove(mapping);
        model.remove(mapping.first());
        if (random.nextInt(200) == 0) {
            assertThatThrownBy(() -> table.remove(mapping))
                    .isInstanceOf(IllegalStateException.class);
        }
    }

    private void probe() {
        long address = CROWDS[random.nextInt(3)] + pages(20_000) + random.nextInt(3) - 1;
        assertThat(table.at(address))
                .isEqualTo(under(model, new AddressRange(address, address)).findFirst());
        AddressRange window = window();
        assertThat(table.firstIn(window)).isEqualTo(under(model, window).findFirst());
        if (random.nextInt(200) == 0) {
            assertThat(table.in(window)).containsExactlyElementsOf(under(model, window).toList());
        }
        if (random.nextInt(200) == 0) {
            probeHoles(table, model);
        }
    }

    private AddressRange window() {
        long one = CROWDS[random.nextInt(3)] + pages(21_000);
        long other = random.nextInt(3) == 0 ? random.nextLong() : one + pages(5_000);
        return Long.compareUnsigned(one, other) <= 0
                ? new AddressRange(one, other)
                : new AddressRange(other, one);
    }

    private void probeHoles(Mappings mappings, TreeMap<Long, Mapping> expected) {
        AddressRange window = random.nextInt(3) == 0 ? AddressRange.ALL : window();
        long align = 1L << random.nextInt(random.nextInt(5) == 0 ? 40 : 16);
        long length =
                random.nextInt(5) == 0 ? random.nextLong() >>> 1 | 1 : 1 + random.nextInt(60_000);
        assertThat(mappings.hole(window, length, align))
                .as("%x bytes at %x in %s", length, align, window)
                .isEqualTo(hole(expected.values(), window, length, align));
    }

    private static Optional<AddressRange> hole(
            Collection<Mapping> mappings, AddressRange window, long length, long align) {
        long next = window.first();
        for (Mapping mapping : mappings) {
            if (Long.compareUnsigned(mapping.last(), next) < 0) {
                continue;
            }
            if (Long.compareUnsigned(mapping.first(), window.last()) > 0) {
                break;
            }
            if (mapping.first() != next && Long.compareUnsigned(mapping.first(), next) > 0) {
                var hole = new AddressRange(next, mapping.first() - 1);
                if (fits(hole, length, align)) {
                    return Optional.of(hole);
                }
            }
            if (Long.compareUnsigned(mapping.last(), window.last()) >= 0) {
                return Optional.empty();
            }
            next = mapping.last() + 1;
        }
        return Optional.of(new AddressRange(next, window.last()))
                .filter(hole -> fits(hole, length, align));
    }

    private static boolean fits(AddressRange hole, long length, long align) {
        long rest = Long.remainderUnsigned(hole.first(), align);
        long start = rest == 0 ? hole.first() : hole.first() + (align - rest);
        return hole.contains(start) && Long.compareUnsigned(hole.last() - start, length - 1) >= 0;
    }

    /** What is tried on a draft is seen there and nowhere else. */
    private void tryOut() {
        var tried = new TreeMap<>(model);
        Mappings.Draft draft = table.draft();
        for (int i = 0; i < 2_000; i++) {
            Mapping mapping = mapping(CROWDS[random.nextInt(3)] + pages(20_000));
            if (under(tried, mapping.range()).findAny().isEmpty()) {
                draft.add(mapping);
                tried.put(mapping.first(), mapping);
            }
        }
        for (int i = 0; i < 20; i++) {
            probeHoles(draft.mappings(), tried);
        }
        compare(draft.mappings(), tried);
        compare(table, model);
    }

    private static void compare(Mappings mappings, TreeMap<Long, Mapping> expected) {
        assertThat(mappings.size()).isEqualTo(expected.size());
        assertThat(mappings.all()).containsExactlyElementsOf(expected.values());
        for (long alignment : new long[] {1, 2, PAGE, 16 * PAGE}) {
            assertThat(mappings.areAligned(alignment))
                    .isEqualTo(
                            expected.values().stream().allMatch(area -> aligned(area, alignment)));
        }
        assertThat(mappings.areAccessible())
                .isEqualTo(
                        expected.values().stream().noneMatch(area -> area.access() == Access.NONE));
    }

    private static boolean aligned(Mapping area, long alignment) {
        return area.range().isAlignedTo(alignment)
                && Long.remainderUnsigned(area.backing().start(), alignment) == 0;
    }

    private static Stream<Mapping> under(TreeMap<Long, Mapping> all, AddressRange range) {
        Long below = all.floorKey(range.first());
        return all.tailMap(below == null ? range.first() : below, true).values().stream()
                .takeWhile(area -> Long.compareUnsigned(area.first(), range.last()) <= 0)
                .filter(area -> area.range().overlaps(range));
    }

    @Test
    void anIteratorStopsWhenItsTableChanges() {
        table.add(mapping(0));
        table.add(mapping(0x10_0000));
        var walk = table.all().iterator();
        walk.next();
        table.add(mapping(0x20_0000));
        assertThatThrownBy(walk::next).isInstanceOf(ConcurrentModificationException.class);
    }

    @Test
    void onlyTheVeryMappingIsRemoved() {
        Mapping mapping = mapping(0);
        table.add(mapping);
        Mapping other =
                new Mapping(
                        mapping.first(),
                        mapping.last(),
                        mapping.backing(),
                        mapping.access(),
                        new Pages(mapping.pages().id() + 1, true, true));
        assertThatThrownBy(() -> table.remove(other)).isInstanceOf(IllegalStateException.class);
        assertThat(table.all()).containsExactly(mapping);
    }
}

package dev.directmsi.iommufd;

import dev.directmsi.address.AddressRange;
import dev.directmsi.iommufd.object.Mapping;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The interval map behind an IOAS. All stage-2 copies read it; it exists once. */
final class MappingTable implements Mappings {

    private final TreeMap<Long, Mapping> byFirst = new TreeMap<>(Long::compareUnsigned);

    void add(Mapping mapping) {
        if (byFirst.putIfAbsent(mapping.first(), mapping) != null) {
            throw new IllegalStateException("two mappings at " + mapping.range());
        }
    }

    void remove(Mapping mapping) {
        if (!byFirst.remove(mapping.first(), mapping)) {
            throw new IllegalStateException("no such mapping " + mapping);
        }
    }

    @Override
    public int size() {
        return byFirst.size();
    }

    @Override
    public Optional<Mapping> at(long iova) {
        return firstIn(new AddressRange(iova, iova));
    }

    @Override
    public Optional<Mapping> firstIn(AddressRange range) {
        Map.Entry<Long, Mapping> below = byFirst.floorEntry(range.first());
        if (below != null && Long.compareUnsigned(below.getValue().last(), range.first()) >= 0) {
            return Optional.of(below.getValue());
        }
        Map.Entry<Long, Mapping> above = byFirst.higherEntry(range.first());
        return above != null && Long.compareUnsigned(above.getKey(), range.last()) <= 0
                ? Optional.of(above.getValue())
                : Optional.empty();
    }

    @Override
    public Iterable<Mapping> in(AddressRange range) {
        Optional<Mapping> first = firstIn(range);
        return first.isEmpty()
                ? java.util.List.of()
                : byFirst.subMap(first.get().first(), true, range.last(), true).values();
    }
}

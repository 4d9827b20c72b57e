package dev.directmsi.iommufd;

import dev.directmsi.address.AddressRange;
import dev.directmsi.iommufd.object.Mapping;
import java.util.Optional;

/** The mappings of one IOAS, by IOVA, unsigned. They never overlap. */
public interface Mappings {

    int size();

    /** The mapping that contains {@code iova}. */
    Optional<Mapping> at(long iova);

    /** The lowest mapping that shares an address with {@code range}. */
    Optional<Mapping> firstIn(AddressRange range);

    /** All mappings that share an address with {@code range}, ascending. */
    Iterable<Mapping> in(AddressRange range);

    /** All mappings, ascending. */
    default Iterable<Mapping> all() {
        return in(AddressRange.ALL);
    }

    /**
     * The lowest stretch of {@code window} without mappings into which {@code length} bytes fit at
     * a multiple of {@code align}; whole, as far as it is inside the window.
     *
     * @param length bytes, not 0
     * @param align a power of two
     */
    Optional<AddressRange> hole(AddressRange window, long length, long align);

    /**
     * Whether each first IOVA, each length and each start of a backing is a multiple of {@code
     * alignment}, a power of two.
     */
    boolean areAligned(long alignment);

    /** Whether each of them permits something. */
    boolean areAccessible();

    /** For a decision that needs to see its own effects. */
    Draft draft();

    /** Mappings as they would be with some more. Holds as long as nothing else changes them. */
    interface Draft {

        Mappings mappings();

        void add(Mapping mapping);
    }
}

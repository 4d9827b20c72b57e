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
}

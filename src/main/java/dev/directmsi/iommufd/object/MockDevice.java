package dev.directmsi.iommufd.object;

import java.util.List;

/**
 * The test driver's own side of a mock device, as {@code IOMMU_TEST_OP_MOCK_DOMAIN} makes it: an
 * object of the context besides the bound device, made before it and destroyed with it.
 *
 * @param device the bound device
 * @param cache four 32-bit words that a vIOMMU's invalidation sets
 * @param pasidFault whether the next attachment of PASID 1024 fails
 */
public record MockDevice(
        ObjectId id, long createdRevision, ObjectId device, List<Integer> cache, boolean pasidFault)
        implements IommufdObject {

    /** Words of the cache. */
    public static final int CACHE_WORDS = 4;

    /** What they hold at first. */
    public static final int CACHE_DEFAULT = 0xba_ddad;

    public MockDevice {
        cache = List.copyOf(cache);
    }

    public MockDevice withCache(List<Integer> words) {
        return new MockDevice(id, createdRevision, device, words, pasidFault);
    }

    public MockDevice withPasidFault(boolean next) {
        return new MockDevice(id, createdRevision, device, cache, next);
    }
}

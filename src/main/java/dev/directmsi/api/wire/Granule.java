package dev.directmsi.api.wire;

import dev.directmsi.address.PageSize;
import java.util.List;

/// A translation granule or page size: `4K`, `16K` or `64K`; requests may also have its bytes.
///
/// @param size one of the three
public record Granule(PageSize size) {

    private static final List<PageSize> SIZES =
            List.of(PageSize.SIZE_4K, PageSize.SIZE_16K, PageSize.SIZE_64K);

    /// Reads a name or a number of bytes.
    ///
    /// @throws IllegalArgumentException that says what is wrong, for the client
    public static Granule parse(String text) {
        return SIZES.stream()
                .filter(size ->
                        text.equals(size.toString()) || text.equals(Long.toString(size.bytes())))
                .findFirst()
                .map(Granule::new)
                .orElseThrow(() ->
                        new IllegalArgumentException("'" + text + "' is none of 4K, 16K, 64K"));
    }

    @Override
    public String toString() {
        return size.toString();
    }
}

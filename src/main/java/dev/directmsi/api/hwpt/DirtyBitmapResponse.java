package dev.directmsi.api.hwpt;

import dev.directmsi.api.wire.Range;
import dev.directmsi.iommufd.command.GetDirtyBitmap;
import java.util.List;

/// The pages that were dirty.
///
/// @param bitmap in base64, little endian, a bit for each page from `iova` on; ends with the last
///   byte that has a bit set
/// @param dirtyRanges the same as IOVAs, ascending
@SuppressWarnings("ArrayRecordComponent") // handed on, never compared
record DirtyBitmapResponse(byte[] bitmap, List<Range> dirtyRanges) {

    static DirtyBitmapResponse of(GetDirtyBitmap.Dirty dirty) {
        return new DirtyBitmapResponse(
                dirty.bits().toByteArray(), dirty.ranges().stream().map(Range::of).toList());
    }
}

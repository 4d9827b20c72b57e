package dev.directmsi.api.hwpt;

import dev.directmsi.api.wire.AccessFlag;
import dev.directmsi.api.wire.U64;
import dev.directmsi.iommufd.TableRanges.TableRange;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A stretch of a stage-2 table that leads to one stretch of physical addresses.
///
/// @param first lowest IPA
/// @param last highest IPA
/// @param output physical address that the first leads to
/// @param access what devices may do
/// @param its the ITS that it leads to; only an MSI page has one
record TableEntryResponse(
        U64 first, U64 last, U64 output, List<AccessFlag> access, @Nullable String its) {

    static TableEntryResponse of(TableRange range) {
        return new TableEntryResponse(
                new U64(range.range().first()),
                new U64(range.range().last()),
                U64.of(range.output()),
                AccessFlag.of(range.access()),
                range.its());
    }
}

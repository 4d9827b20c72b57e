package dev.directmsi.api.device;

import dev.directmsi.api.wire.Range;
import dev.directmsi.api.wire.U64;
import dev.directmsi.iommufd.command.BuildStage1;
import java.util.List;

/// A stage 1 that was written.
///
/// @param ste the first two words of the stream table entry to nest with
/// @param ranges guest physical ranges that were written
record BuildStage1Response(List<U64> ste, List<Range> ranges) {

    static BuildStage1Response of(BuildStage1.Built built) {
        return new BuildStage1Response(
                List.of(new U64(built.ste0()), new U64(built.ste1())),
                built.ranges().stream().map(Range::of).toList());
    }
}

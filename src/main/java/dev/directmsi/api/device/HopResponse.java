package dev.directmsi.api.device;

import dev.directmsi.api.wire.U64;
import dev.directmsi.hardware.smmu.Hop;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// One step of an access: what was looked up with which input, and what came out.
///
/// @param n its number, from 1
/// @param step what kind of thing was consulted
/// @param what its name, `STE of SID 0x100`
/// @param input the number it was looked up with: a StreamID, a SubstreamID or an address
/// @param output the address that it names; absent for none
/// @param level lookup level of a descriptor
/// @param fetchedFrom the guest physical address that held the words
/// @param words the raw words; none where nothing was found
/// @param fields the words decoded
/// @param fetches the stage-2 hops that the fetch took
record HopResponse(
        int n,
        Hop.Step step,
        String what,
        U64 input,
        @Nullable U64 output,
        @Nullable Integer level,
        @Nullable U64 fetchedFrom,
        List<U64> words,
        Map<String, String> fields,
        List<HopResponse> fetches) {

    static List<HopResponse> of(List<Hop> hops) {
        return IntStream.range(0, hops.size()).mapToObj(i -> of(i + 1, hops.get(i))).toList();
    }

    private static HopResponse of(int n, Hop hop) {
        Long output = hop.output();
        return new HopResponse(
                n,
                hop.step(),
                hop.what(),
                new U64(hop.input()),
                output == null ? null : new U64(output),
                hop.level(),
                hop.fetchedFrom() == null ? null : U64.of(hop.fetchedFrom()),
                hop.words().stream().map(U64::new).toList(),
                hop.fields(),
                of(hop.fetches()));
    }
}

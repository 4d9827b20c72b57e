package dev.directmsi.api.device;

import dev.directmsi.iommufd.command.Dma;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// What became of a DMA, page by page.
///
/// @param parts in order
/// @param data what was read, in base64, zeros for parts that did not reach memory; absent for a
///   write
@SuppressWarnings("ArrayRecordComponent") // handed on, never compared
record DmaResponse(List<AccessResponse> parts, byte @Nullable [] data) {

    static DmaResponse of(Dma.Transferred transferred) {
        List<Dma.Part> parts = transferred.parts();
        return new DmaResponse(
                IntStream.range(0, parts.size())
                        .mapToObj(i -> AccessResponse.of(parts.get(i), i < Dma.TOLD))
                        .toList(),
                transferred.data());
    }
}

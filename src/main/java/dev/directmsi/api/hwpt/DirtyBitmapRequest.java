package dev.directmsi.api.hwpt;

import dev.directmsi.api.wire.Flags;
import dev.directmsi.api.wire.U64;
import dev.directmsi.iommufd.command.GetDirtyBitmap;
import dev.directmsi.iommufd.object.ObjectId;
import io.swagger.v3.oas.annotations.media.Schema;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Asks which pages devices wrote.
///
/// @param iova where the range begins
/// @param length bytes
/// @param pageSize what one bit stands for
/// @param flags `NO_CLEAR` leaves the pages dirty
@Schema(example = "{\"iova\":\"0x40000000\",\"length\":\"0x200000\",\"pageSize\":\"0x1000\"}")
record DirtyBitmapRequest(U64 iova, U64 length, U64 pageSize, @Nullable Flags flags) {

    private static final Map<String, Integer> BITS = Map.of("NO_CLEAR", GetDirtyBitmap.NO_CLEAR);

    GetDirtyBitmap toCommand(ObjectId hwpt) {
        int bits = flags == null ? 0 : flags.bits("flags", BITS);
        return new GetDirtyBitmap(
                hwpt, iova.value(), length.value(), pageSize.value(), Integer.toUnsignedLong(bits));
    }
}

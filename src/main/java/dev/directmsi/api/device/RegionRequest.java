package dev.directmsi.api.device;

import dev.directmsi.address.Access;
import dev.directmsi.address.UserVa;
import dev.directmsi.api.wire.AccessFlag;
import dev.directmsi.api.wire.U64;
import dev.directmsi.iommufd.command.CreateRegion;
import io.swagger.v3.oas.annotations.media.Schema;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Memory of the virtual machine monitor.
///
/// @param length bytes, whole pages, at most 2^44
/// @param access what the process may do with it; both if absent
/// @param file a memory file to show from its beginning; absent for anonymous memory
@Schema(example = "{\"length\":\"0x40000000\"}")
record RegionRequest(U64 length, @Nullable Set<AccessFlag> access, @Nullable String file) {

    CreateRegion toCommand(UserVa userVa) {
        return new CreateRegion(
                userVa,
                length.value(),
                access == null ? Access.READ_WRITE : AccessFlag.together(access),
                file);
    }
}

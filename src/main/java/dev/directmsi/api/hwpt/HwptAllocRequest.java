package dev.directmsi.api.hwpt;

import dev.directmsi.api.wire.DriverDataRequest;
import dev.directmsi.api.wire.Flags;
import dev.directmsi.api.wire.NameOrNumber;
import dev.directmsi.iommufd.command.AllocHwpt;
import dev.directmsi.iommufd.object.HwptFlag;
import dev.directmsi.iommufd.object.ObjectId;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Allocates a page table.
///
/// @param devId the device whose SMMU it is for
/// @param ptId an IOAS, or the vIOMMU to nest on; with the mock also a nest parent
/// @param flags `NEST_PARENT`, `DIRTY_TRACKING`, `FAULT_ID_VALID`, `PASID`, and the proposal's
///   `DIRECT_MSI`, which has no number
/// @param dataType `ARM_SMMUV3` with data; the test driver's is `SELFTEST`
/// @param data the guest's stream table entry
/// @param faultId fault queue, with `FAULT_ID_VALID`
record HwptAllocRequest(
        ObjectId devId,
        ObjectId ptId,
        @Nullable Flags flags,
        @Nullable NameOrNumber dataType,
        @Nullable DriverDataRequest data,
        @Nullable ObjectId faultId) {

    private static final Map<String, Integer> BITS =
            Stream.of(HwptFlag.values()).collect(Collectors.toMap(HwptFlag::name, HwptFlag::bit));

    AllocHwpt toCommand() {
        Flags given = flags == null ? new Flags(List.of()) : flags;
        int bits = given.bits("flags", BITS);
        Set<HwptFlag> known = EnumSet.noneOf(HwptFlag.class);
        int unknown = bits;
        for (HwptFlag flag : HwptFlag.values()) {
            if ((bits & flag.bit()) != 0 || given.has(flag.name())) {
                known.add(flag);
                unknown &= ~flag.bit();
            }
        }
        return new AllocHwpt(
                devId,
                ptId,
                known,
                Integer.toUnsignedLong(unknown),
                DriverDataRequest.toDriverData(dataType, data),
                faultId);
    }
}

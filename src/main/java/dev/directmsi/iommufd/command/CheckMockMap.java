package dev.directmsi.iommufd.command;

import static dev.directmsi.iommufd.Reason.*;

import dev.directmsi.address.AddressRange;
import dev.directmsi.address.PhysAddr;
import dev.directmsi.address.UserVa;
import dev.directmsi.iommufd.Command;
import dev.directmsi.iommufd.ContextView;
import dev.directmsi.iommufd.Decision;
import dev.directmsi.iommufd.HostMemory;
import dev.directmsi.iommufd.HostMemory.Extent;
import dev.directmsi.iommufd.object.Backing;
import dev.directmsi.iommufd.object.HwptPaging;
import dev.directmsi.iommufd.object.ObjectId;
import java.util.Optional;

/**
 * IOMMU_TEST_OP_MD_CHECK_MAP: whether a page table of the mock leads from a range to the memory
 * that the process sees at a user address.
 */
public record CheckMockMap(ObjectId hwptId, long iova, long length, long userVa)
        implements Command<CheckMockMap.Same> {

    /** It does; otherwise the command is refused. */
    public record Same() {}

    @Override
    public String ioctl() {
        return "IOMMU_TEST_OP_MD_CHECK_MAP";
    }

    @Override
    public Decision<Same> decide(ContextView context) {
        Mocks.requireSelftest(context);
        HwptPaging hwpt = context.require(hwptId, HwptPaging.class, HWPT_NOT_FOUND);
        long page = hwpt.granule().bytes();
        if (((iova | length | userVa) & page - 1) != 0
                || (length != 0 && AddressRange.wraps(userVa, length))) {
            throw MOCK_RANGE_INVALID.refusal(
                    "iova", iova, "length", length, "userVa", userVa, "page", page);
        }
        var memory = new HostMemory(context);
        for (long done = 0; Long.compareUnsigned(done, length) < 0; done += page) {
            long at = iova + done;
            UserVa user = new UserVa(userVa).plus(done);
            Extent seen =
                    memory.extent(new Backing.UserMemory(user), 0)
                            .orElseThrow(() ->
                                    MEMORY_NOT_RESOLVABLE.refusal(
                                            "start", userVa, "length", length, "address", user));
            Optional<PhysAddr> mapped =
                    context.mappings(hwpt.ioas())
                            .at(at)
                            .flatMap(area -> memory.extent(area, at - area.first()))
                            .map(Extent::first);
            if (!mapped.equals(Optional.of(seen.first()))) {
                throw MOCK_MAP_DIFFERS.refusal("iova", at, "hwptId", hwptId);
            }
        }
        return Decision.of(new Same());
    }
}

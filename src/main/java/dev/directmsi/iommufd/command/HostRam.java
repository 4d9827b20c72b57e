package dev.directmsi.iommufd.command;

import static dev.directmsi.iommufd.Reason.*;

import dev.directmsi.address.AddressRange;
import dev.directmsi.address.PhysAddr;
import dev.directmsi.iommufd.Change;
import dev.directmsi.iommufd.Claim;
import dev.directmsi.iommufd.ContextView;
import dev.directmsi.iommufd.Limits;
import java.util.ArrayList;
import java.util.List;

/**
 * The host's model RAM: first fit from its base, in steps of 2 MiB, around the frames of the
 * devices.
 */
final class HostRam {

    private static final long STEP = 0x20_0000;
    private static final long END = 1L << 48;

    private HostRam() {}

    /** Claims {@code length} bytes; adds the claim to {@code changes}. */
    static PhysAddr take(ContextView context, long length, List<Change> changes) {
        long start = context.host().ramBase().value();
        for (boolean moved = true; moved; ) {
            start = context.claims().firstFreeRam(start, length, STEP);
            moved = false;
            if (Long.compareUnsigned(start + length, END) > 0) {
                throw REGION_TOO_LARGE.refusal("length", length, "limit", Limits.REGION_BYTES);
            }
            for (AddressRange frame : frames(context)) {
                if (frame.overlaps(AddressRange.of(start, length))) {
                    start = frame.last() + 1;
                    moved = true;
                }
            }
        }
        changes.add(new Change.ResourceClaimed(new Claim.RamClaim(AddressRange.of(start, length))));
        return new PhysAddr(start);
    }

    /** A size in whole 4 KiB pages. */
    static long rounded(long size) {
        return size + 0xfff & -0x1000L;
    }

    private static List<AddressRange> frames(ContextView context) {
        var frames = new ArrayList<AddressRange>();
        context.host().itses().forEach(its -> frames.add(its.frames()));
        context.host()
                .smmus()
                .forEach(smmu -> frames.add(AddressRange.of(smmu.base().value(), 0x2_0000)));
        return frames;
    }
}

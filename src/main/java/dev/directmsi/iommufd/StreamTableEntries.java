package dev.directmsi.iommufd;

import dev.directmsi.address.PageSize;
import dev.directmsi.hardware.pci.PciFunction;
import dev.directmsi.hardware.smmu.DefaultSubstream;
import dev.directmsi.hardware.smmu.Smmu;
import dev.directmsi.hardware.smmu.StreamTableEntry;
import dev.directmsi.hardware.smmu.StreamTableEntry.Stage2;
import dev.directmsi.hardware.smmu.Vmid;
import dev.directmsi.hardware.smmu.Vtcr;
import dev.directmsi.iommufd.object.Device;
import dev.directmsi.iommufd.object.HwptNested;
import dev.directmsi.iommufd.object.HwptPaging;
import dev.directmsi.iommufd.object.IommufdObject;
import dev.directmsi.iommufd.object.ObjectId;
import org.jspecify.annotations.Nullable;

/**
 * The stream table entry that follows for a function: from its group's attachment, and its own
 * copy.
 */
public final class StreamTableEntries {

    private StreamTableEntries() {}

    /** The entry of every StreamID of a function; null where no member of its group is bound. */
    public static @Nullable StreamTableEntry of(ContextView context, PciFunction function) {
        if (function.smmu() == null
                || context.host().mock(function.smmu()).isPresent()
                || context.relations().group(function.group()).isEmpty()) {
            return null;
        }
        ObjectId attached = context.relations().attachmentOf(function.group());
        if (attached == null && hasPasids(context, function)) {
            Smmu smmu = context.smmu(function.smmu());
            return StreamTableEntry.stage1(
                    smmu.ssidBits(), DefaultSubstream.TERMINATE, supportsAts(context, function));
        }
        if (attached == null) {
            return StreamTableEntry.abort(); // bound and not attached: the group is blocked
        }
        Smmu smmu = context.smmu(function.smmu());
        IommufdObject hwpt = context.find(attached).orElseThrow();
        return switch (hwpt) {
            case HwptPaging paging when paging.stage() == 1 ->
                    StreamTableEntry.stage1(
                            hasPasids(context, function) ? smmu.ssidBits() : 0,
                            DefaultSubstream.SUBSTREAM_0,
                            supportsAts(context, function));
            case HwptPaging paging ->
                    StreamTableEntry.stage2(stage2(context, function, smmu, paging));
            case HwptNested nested -> {
                HwptPaging parent = context.find(nested.parent(), HwptPaging.class).orElseThrow();
                yield StreamTableEntry.nested(
                        nested.word0(), nested.word1(), stage2(context, function, smmu, parent));
            }
            case IommufdObject other -> throw new IllegalStateException("attached to " + other);
        };
    }

    /** Whether ATS can be had: the function and its SMMU support it. */
    public static boolean supportsAts(ContextView context, PciFunction function) {
        return function.smmu() != null
                && function.ats()
                && context.host().smmu(function.smmu()).map(Smmu::ats).orElse(false);
    }

    /** Whether ATS is on for a function. */
    public static boolean enablesAts(ContextView context, PciFunction function) {
        ObjectId attached = context.relations().attachmentOf(function.group());
        return enablesAts(
                context, function, attached == null ? null : context.find(attached).orElseThrow());
    }

    /**
     * Whether ATS is on for a function whose group is attached to a page table: the host turns it
     * on where it can be had, below a guest's stage 1 the guest decides.
     *
     * @param hwpt null for none
     */
    public static boolean enablesAts(
            ContextView context, PciFunction function, @Nullable IommufdObject hwpt) {
        return supportsAts(context, function)
                && (hwpt == null
                        ? hasPasids(context, function)
                        : !(hwpt instanceof HwptNested nested) || nested.enablesAts());
    }

    private static boolean hasPasids(ContextView context, PciFunction function) {
        if (function.pasidBits() == 0) {
            return false;
        }
        for (Device device : context.relations().group(function.group())) {
            if (!device.pasids().isEmpty()) {
                return true;
            }
        }
        return false;
    }

    private static Stage2 stage2(
            ContextView context, PciFunction function, Smmu smmu, HwptPaging paging) {
        Vmid vmid =
                paging.isDirect()
                        ? paging.copies().stream()
                                .filter(copy -> copy.takes(CopyState.keyOf(function)))
                                .findFirst()
                                .orElseThrow()
                                .vmid()
                        : new Vmid(paging.tag());
        PageSize granule = smmu.granuleFor(context.pageSize());
        int bits = smmu.stage2Bits(granule);
        return new Stage2(
                vmid,
                Vtcr.of(granule, bits, bits, smmu.coherent()),
                smmu.s2fwb() && paging.isNestParent(),
                false,
                supportsAts(context, function));
    }
}

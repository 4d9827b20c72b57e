package dev.directmsi.iommufd.command;

import static dev.directmsi.iommufd.Reason.*;

import dev.directmsi.address.AddressRange;
import dev.directmsi.address.Ipa;
import dev.directmsi.address.PageSize;
import dev.directmsi.address.PhysAddr;
import dev.directmsi.hardware.its.Its;
import dev.directmsi.hardware.pci.PciFunction;
import dev.directmsi.hardware.smmu.Smmu;
import dev.directmsi.iommufd.ContextView;
import dev.directmsi.iommufd.Reservation;
import dev.directmsi.iommufd.object.Device;
import dev.directmsi.iommufd.object.HwptPaging;
import dev.directmsi.iommufd.object.MsiVector;
import dev.directmsi.msi.MsiTarget;
import dev.directmsi.msi.VectorState;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The rules about MSI targets that setting one, attaching and programming a vector share. */
final class MsiTargets {

    private MsiTargets() {}

    /** Exactly one of the two ways to name a target. */
    static MsiTarget parse(@Nullable Ipa frameBase, @Nullable Ipa doorbell) {
        if (frameBase != null && doorbell == null) {
            return new MsiTarget.FrameBase(frameBase);
        }
        if (doorbell != null && frameBase == null) {
            return new MsiTarget.Register(doorbell);
        }
        throw TARGET_AMBIGUOUS.refusal("given", frameBase == null ? "neither" : "both");
    }

    /** The ITS of a function whose MSI writes are translated; a refusal for any other. */
    static Its itsOf(ContextView context, PciFunction function) {
        if (!function.hasMsi()) {
            throw TARGET_NO_MSI.refusal(
                    "device", function.name(), "problem", "no MSI or MSI-X capability");
        }
        if (function.its() == null) {
            throw TARGET_NO_MSI.refusal("device", function.name(), "problem", "no ITS");
        }
        Its its = context.host().its(function.its()).orElseThrow();
        if (context.host().mock(function.smmu()).isPresent()) {
            throw TARGET_UNSUPPORTED.refusal(
                    "device", function.name(), "problem", "a mock IOMMU translates no MSI writes");
        }
        if (function.msiBypassesSmmu()) {
            throw TARGET_UNSUPPORTED.refusal(
                    "device", function.name(), "problem", "its MSI writes bypass the SMMU");
        }
        if (!its.isolated()) {
            throw TARGET_UNSUPPORTED.refusal(
                    "device", function.name(), "problem", its.name() + " does not know the writer");
        }
        return its;
    }

    /** What holds for a target whatever is mapped: alignment, congruence, range. */
    static void check(ContextView context, PciFunction function, MsiTarget target) {
        Its its = itsOf(context, function);
        Smmu smmu = context.smmu(String.valueOf(function.smmu()));
        Ipa frame = target.frameBase();
        if (frame != null && !frame.isAlignedTo(Its.FRAME_SIZE)) {
            throw TARGET_FRAME_NOT_ALIGNED.refusal("frameBase", frame.value());
        }
        PageSize granule = smmu.granuleFor(context.pageSize());
        PhysAddr physical = its.doorbell();
        Ipa doorbell = target.doorbell();
        if (granule.offset(doorbell.value()) != granule.offset(physical.value())) {
            throw TARGET_NOT_CONGRUENT.refusal(
                    "doorbell",
                    doorbell.value(),
                    "physicalDoorbell",
                    physical.value(),
                    "granule",
                    granule.toString());
        }
        int bits = smmu.stage2Bits(granule);
        boolean wrapped =
                frame != null && Long.compareUnsigned(doorbell.value(), frame.value()) < 0;
        if (wrapped || doorbell.value() >>> bits != 0) {
            throw TARGET_OUT_OF_RANGE.refusal(
                    "doorbell", doorbell.value(), "smmu", smmu.name(), "bits", bits);
        }
    }

    /**
     * The page of a target against what lies in the IOAS below {@code parent}, and against what
     * those who come with the device are about to reserve there.
     *
     * @param arriving the device, and siblings that move with it
     */
    static void checkFree(
            ContextView context,
            Device device,
            MsiTarget target,
            HwptPaging parent,
            List<Device> arriving) {
        AddressRange page = pageOf(context, context.smmuOf(device), target);
        IoasConflict.in(context, parent.ioas(), page)
                .ifPresent(conflict -> {
                    throw conflict.target(page);
                });
        Stream.concat(
                        context.relations().space(parent.ioas()).reservations().stream(),
                        arriving.stream()
                                .map(context::function)
                                .flatMap(function ->
                                        Reservation.ofDevice(context, function, true).stream()))
                .filter(other ->
                        other.kind() == Reservation.Kind.REGION
                                || other.kind() == Reservation.Kind.APERTURE)
                .filter(other -> other.range().overlaps(page))
                .findFirst()
                .ifPresent(other -> {
                    throw new IoasConflict(parent.ioas(), other.range(), other.owner())
                            .target(page);
                });
    }

    /** The granule page that holds the doorbell. */
    static AddressRange pageOf(ContextView context, Smmu smmu, MsiTarget target) {
        return smmu.granuleFor(context.pageSize()).page(target.doorbell().value());
    }

    /** Whether the target of a device is in force: it is attached to a DIRECT_MSI parent. */
    static boolean isEffective(ContextView context, Device device) {
        return Attachments.pagingOf(context, device).filter(HwptPaging::isDirect).isPresent();
    }

    static int activeVectors(ContextView context, Device device) {
        int active = 0;
        for (MsiVector vector : context.vectors(device.id()).values()) {
            if (vector.state() instanceof VectorState.Active) {
                active++;
            }
        }
        return active;
    }
}

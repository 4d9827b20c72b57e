package dev.directmsi.walk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.directmsi.address.AddressRange;
import dev.directmsi.address.Ipa;
import dev.directmsi.address.PageSize;
import dev.directmsi.address.PhysAddr;
import dev.directmsi.hardware.its.Its;
import dev.directmsi.hardware.mock.MockIommu;
import dev.directmsi.hardware.pci.PciFunction;
import dev.directmsi.hardware.pci.PciFunction.MsiCapability;
import dev.directmsi.hardware.pci.ReservedRegion;
import dev.directmsi.hardware.pci.Topology;
import dev.directmsi.hardware.smmu.Smmu;
import dev.directmsi.hardware.smmu.StreamId;
import dev.directmsi.iommufd.Command;
import dev.directmsi.iommufd.Reason;
import dev.directmsi.iommufd.Rejection;
import dev.directmsi.iommufd.RulesContext;
import dev.directmsi.iommufd.RulesHost;
import dev.directmsi.iommufd.command.AllocHwpt;
import dev.directmsi.iommufd.command.AllocIoas;
import dev.directmsi.iommufd.command.AttachDevice;
import dev.directmsi.iommufd.command.BindDevice;
import dev.directmsi.iommufd.command.EnableIrqs;
import dev.directmsi.iommufd.command.PlanMsi;
import dev.directmsi.iommufd.command.PlanMsi.Planned;
import dev.directmsi.iommufd.command.ProgramVectors;
import dev.directmsi.iommufd.command.ProgramVectors.Request;
import dev.directmsi.iommufd.command.SetMsiTarget;
import dev.directmsi.iommufd.driver.DriverData;
import dev.directmsi.iommufd.object.Device;
import dev.directmsi.iommufd.object.Device.IrqType;
import dev.directmsi.iommufd.object.HwptFlag;
import dev.directmsi.iommufd.object.ObjectId;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// What the random walk found in the rules, each as the shortest story that shows it.
final class FoundByWalkTest {

    private static final ObjectId IOAS = new ObjectId(1);
    private static final ObjectId DEVICE = new ObjectId(2);
    private static final ObjectId PARENT = new ObjectId(3);
    private static final ObjectId SECOND = new ObjectId(4);
    private static final Ipa DOORBELL = new Ipa(0x0809_0040L);
    private static final long GUEST_VA = 0xffff_f040L;
    private static final long WIDE_VA = 0x1_0000_0040L;

    /// Invariant 17: the device's own reserved region was not looked at when it was attached.
    @Test
    void targetInAReservedRegionOfItsOwnDeviceIsRefused() {
        var region =
                new ReservedRegion(
                        AddressRange.of(0x0809_0000L, 0x1000), ReservedRegion.Type.RESERVED);
        RulesContext context = prepared(function("smmu0", 0, region));
        context.run(new SetMsiTarget(DEVICE, null, DOORBELL));

        refused(Reason.TARGET_PAGE_MAPPED, context, new AttachDevice(DEVICE, PARENT));
    }

    /// Invariant 27: a stage-2 table on an SMMU without nesting leads nowhere.
    @Test
    void directParentIsRefusedOnAnSmmuThatCannotNest() {
        RulesContext context = prepared(function("smmu0", 0), function("smmu1", 1));
        context.run(new BindDevice("0000:02:00.0"));

        refused(Reason.HWPT_NESTING_UNSUPPORTED, context, new AttachDevice(SECOND, PARENT));
    }

    /// Invariant 17: one SMMU reaches the page of a target, the next that joins does not.
    @Test
    void smmuThatDoesNotReachAnMsiPageIsRefused() {
        RulesContext context = prepared(function("smmu0", 0), function("smmu2", 1));
        context.run(new SetMsiTarget(DEVICE, null, new Ipa(0x200_0000_0040L)));
        context.run(new AttachDevice(DEVICE, PARENT));
        context.run(new BindDevice("0000:02:00.0"));

        refused(Reason.APERTURE_CONFLICT, context, new AttachDevice(SECOND, PARENT));
    }

    /// Invariant 23: staged for MSI-X, enabled as MSI, which has 32 address bits.
    @Test
    void wideAddressIsRefusedForNarrowMsiBesideMsix() {
        RulesContext context = attached();
        context.run(new ProgramVectors(DEVICE, List.of(staged(0, WIDE_VA))));

        refused(Reason.VECTOR_ADDRESS_TOO_WIDE, context, new EnableIrqs(DEVICE, IrqType.MSI, 0, 1));
    }

    /// Invariant 23: while MSI is in force its rules hold, also on a device that has MSI-X.
    @Test
    void vectorOfABlockKeepsTheAddressOfTheBlockBesideMsix() {
        RulesContext context = attached();
        context.run(new ProgramVectors(DEVICE, List.of(staged(0, GUEST_VA))));
        context.run(new EnableIrqs(DEVICE, IrqType.MSI, 0, 2));

        refused(
                Reason.VECTOR_BLOCK_ADDRESS,
                context,
                new ProgramVectors(
                        DEVICE, List.of(new Request(1, 0x0800_0040L, 0, null, true, false))));
    }

    /// Invariant 24: all vectors staged again in one call, and still MSI-X was in force.
    @Test
    void noTypeIsInForceAfterAllVectorsAreStagedAgain() {
        RulesContext context = attached();
        context.run(
                new ProgramVectors(
                        DEVICE,
                        List.of(
                                new Request(0, GUEST_VA, 0, null, true, false),
                                new Request(1, GUEST_VA, 1, null, true, false))));

        context.run(new ProgramVectors(DEVICE, List.of(staged(0, GUEST_VA), staged(1, GUEST_VA))));

        Device device = context.state().find(DEVICE, Device.class).orElseThrow();
        assertThat(device.irqType()).isEqualTo(IrqType.NONE);
        assertThat(device.irqCount()).isZero();
    }

    /// Invariant 38: vector 1 was held to the address that vector 0 had before the same call.
    @Test
    void vectorsOfABlockAgreeInWhateverOrderTheyAreGiven() {
        PciFunction msiOnly = function("smmu0", 0, 0, 0);
        RulesContext context = prepared(msiOnly);
        context.run(new ProgramVectors(DEVICE, List.of(staged(0, GUEST_VA))));

        refused(
                Reason.VECTOR_BLOCK_ADDRESS,
                context,
                new ProgramVectors(DEVICE, List.of(staged(1, GUEST_VA), staged(0, 0x0800_0040L))));
        var both =
                new ProgramVectors(
                        DEVICE, List.of(staged(1, 0x0800_0040L), staged(0, 0x0800_0040L)));
        assertThat(context.run(both)).hasSize(2);
    }

    /// Invariant 17: a group that moves as a whole brings the reserved regions of all its members,
    /// and the target of one was held only against its own.
    @Test
    void targetInAReservedRegionOfASiblingThatMovesAlongIsRefused() {
        var region =
                new ReservedRegion(
                        AddressRange.of(0x0809_0000L, 0x1000), ReservedRegion.Type.RESERVED);
        RulesContext context = prepared(function("smmu0", 0), function("smmu0", 1, 0, 4, region));
        context.run(new BindDevice("0000:02:00.0"));
        ObjectId other = context.run(new AllocIoas()).id();
        context.run(new AttachDevice(DEVICE, other));
        context.run(new AttachDevice(SECOND, other));
        context.run(new SetMsiTarget(DEVICE, null, DOORBELL));

        refused(Reason.TARGET_PAGE_MAPPED, context, new AttachDevice(DEVICE, PARENT));
    }

    /// What the proposal asks of a device behind a mock IOMMU was a broken program, not a refusal.
    @Test
    void planOfADeviceBehindAMockIommuNamesTheConflict() {
        var mock = new MockIommu("mock");
        var host =
                new Topology(
                        "found",
                        PageSize.SIZE_4K,
                        new PhysAddr(0x8000_0000L),
                        true,
                        List.of(),
                        List.of(mock),
                        List.of(),
                        List.of(function("mock", 0)));
        var context = new RulesContext(new RulesHost(host), 1);

        PlanMsi.Plan plan =
                context.run(
                        new PlanMsi(null, List.of(new Planned("0000:01:00.0", null, DOORBELL))));

        assertThat(plan.conflict()).isNotNull();
        assertThat(plan.copies()).isEmpty();
    }

    private static Request staged(int index, long guestVa) {
        return new Request(index, guestVa, index, null, false, false);
    }

    private static void refused(Reason reason, RulesContext context, Command<?> command) {
        assertThatExceptionOfType(Rejection.class)
                .isThrownBy(() -> context.run(command))
                .matches(refusal -> refusal.reason() == reason, reason.name());
    }

    private static RulesContext attached() {
        RulesContext context = prepared(function("smmu0", 0));
        context.run(new SetMsiTarget(DEVICE, null, DOORBELL));
        context.run(new AttachDevice(DEVICE, PARENT));
        return context;
    }

    /// An IOAS, the first function bound, and a direct parent.
    private static RulesContext prepared(PciFunction... functions) {
        var topology =
                new Topology(
                        "found",
                        PageSize.SIZE_4K,
                        new PhysAddr(0x8000_0000L),
                        true,
                        List.of(
                                smmu("smmu0", 48, true),
                                smmu("smmu1", 48, false),
                                smmu("smmu2", 40, true)),
                        List.of(new Its("its0", new PhysAddr(0x2200_0000L), 16, 16, true)),
                        List.of(functions));
        var context = new RulesContext(new RulesHost(topology), 1);
        context.run(new AllocIoas());
        context.run(new BindDevice("0000:01:00.0"));
        var flags = Set.of(HwptFlag.NEST_PARENT, HwptFlag.DIRECT_MSI);
        context.run(new AllocHwpt(DEVICE, IOAS, flags, 0, DriverData.NONE, null));
        return context;
    }

    private static Smmu smmu(String name, int oas, boolean nesting) {
        return new Smmu(
                name,
                new PhysAddr(0x2000_0000L + (name.charAt(4) - '0') * 0x20_0000L),
                oas,
                List.of(PageSize.SIZE_4K),
                4,
                16,
                0,
                nesting,
                true,
                0,
                false,
                false,
                true,
                0);
    }

    /// A function with two narrow MSI messages and four MSI-X vectors, in a group of its own.
    private static PciFunction function(String smmu, int number, ReservedRegion... reserved) {
        return function(smmu, number, number, 4, reserved);
    }

    private static PciFunction function(
            String smmu, int number, int group, int msixVectors, ReservedRegion... reserved) {
        return new PciFunction(
                "0000:0%d:00.0".formatted(number + 1),
                smmu,
                List.of(new StreamId(number)),
                "its0",
                number,
                group,
                new MsiCapability(2, false),
                msixVectors,
                0,
                true,
                false,
                false,
                false,
                false,
                List.of(reserved));
    }
}

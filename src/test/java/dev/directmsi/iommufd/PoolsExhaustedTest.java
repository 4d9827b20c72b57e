package dev.directmsi.iommufd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.directmsi.control.host.Presets;
import dev.directmsi.hardware.pci.PciFunction;
import dev.directmsi.hardware.pci.Topology;
import dev.directmsi.hardware.smmu.StreamId;
import dev.directmsi.iommufd.command.AllocHwpt;
import dev.directmsi.iommufd.command.AllocIoas;
import dev.directmsi.iommufd.command.AllocVdevice;
import dev.directmsi.iommufd.command.AllocViommu;
import dev.directmsi.iommufd.command.BindDevice;
import dev.directmsi.iommufd.driver.DriverData;
import dev.directmsi.iommufd.object.Device;
import dev.directmsi.iommufd.object.HwptFlag;
import dev.directmsi.iommufd.object.IommufdObject;
import dev.directmsi.iommufd.object.ObjectId;
import dev.directmsi.iommufd.object.Viommu;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// What a machine has a fixed number of, or none: refusals that take more to reach than a scenario
/// can write down.
class PoolsExhaustedTest {

    private static final int STREAM_SLOTS = 16;
    private static final int ASIDS = 0xffff;

    private final Topology grace = Presets.load().preset("nvidia-grace").orElseThrow();

    @Test
    void asids() {
        var host = new RulesHost(grace);
        host.note(
                new ContextId(9),
                IntStream.rangeClosed(1, ASIDS)
                        .mapToObj(asid -> new Claim.AsidClaim("smmu0", asid))
                        .map(claim -> (Change) new Change.ResourceClaimed(claim))
                        .toList());
        var context = new RulesContext(host, 1);
        ObjectId ioas = context.run(new AllocIoas()).id();
        ObjectId device = context.run(new BindDevice("0000:01:00.0")).id();
        ObjectId elsewhere = context.run(new BindDevice("0002:01:00.0")).id();

        refused(Reason.ASIDS_EXHAUSTED, Errno.EBUSY, context, hwpt(device, ioas));
        assertThat(context.run(hwpt(elsewhere, ioas))).isNotNull();
    }

    @Test
    void streams() {
        var functions = new ArrayList<PciFunction>();
        for (int number = 0; number <= STREAM_SLOTS; number++) {
            functions.add(function("smmu0", number));
        }
        var context = new RulesContext(new RulesHost(with(functions)), 1);
        ObjectId ioas = context.run(new AllocIoas()).id();
        List<ObjectId> devices =
                functions.stream()
                        .map(function -> context.run(new BindDevice(function.name())))
                        .map(Device::id)
                        .toList();
        IommufdObject parent =
                context.run(
                        new AllocHwpt(
                                devices.getFirst(),
                                ioas,
                                Set.of(HwptFlag.NEST_PARENT),
                                0,
                                DriverData.NONE,
                                null));
        ObjectId viommu =
                context.run(
                                new AllocViommu(
                                        devices.getFirst(),
                                        parent.id(),
                                        Viommu.TEGRA241_CMDQV,
                                        0,
                                        new DriverData(0, new byte[16])))
                        .id();
        for (int slot = 0; slot < STREAM_SLOTS; slot++) {
            context.run(new AllocVdevice(viommu, devices.get(slot), slot));
        }

        refused(
                Reason.VDEVICE_STREAMS_EXHAUSTED,
                Errno.ENOSPC,
                context,
                new AllocVdevice(viommu, devices.getLast(), STREAM_SLOTS));
    }

    @Test
    void untranslated() {
        var context = new RulesContext(new RulesHost(with(List.of(function(null, 0)))), 1);

        refused(Reason.BIND_NOT_TRANSLATED, Errno.ENODEV, context, new BindDevice("0000:01:00.0"));
    }

    private static AllocHwpt hwpt(ObjectId device, ObjectId ioas) {
        return new AllocHwpt(device, ioas, Set.of(), 0, DriverData.NONE, null);
    }

    private static void refused(
            Reason reason, Errno errno, RulesContext context, Command<?> command) {
        assertThatExceptionOfType(Rejection.class)
                .isThrownBy(() -> context.run(command))
                .matches(refusal -> refusal.reason() == reason, reason.name())
                .matches(refusal -> refusal.reason().errno() == errno, errno.name());
    }

    private Topology with(List<PciFunction> functions) {
        return new Topology(
                grace.name(),
                grace.hostPageSize(),
                grace.ramBase(),
                grace.busMasterAtBind(),
                grace.smmus(),
                grace.itses(),
                functions);
    }

    /// A function in a group of its own.
    private static PciFunction function(@Nullable String smmu, int number) {
        return new PciFunction(
                "0000:%02x:00.0".formatted(number + 1),
                smmu,
                smmu == null ? List.of() : List.of(new StreamId(number)),
                null,
                0,
                number,
                null,
                0,
                0,
                true,
                false,
                false,
                false,
                false,
                List.of());
    }
}

package dev.directmsi.control.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.directmsi.address.PageSize;
import dev.directmsi.address.PhysAddr;
import dev.directmsi.hardware.pci.PciFunction;
import dev.directmsi.hardware.pci.ReservedRegion;
import dev.directmsi.hardware.pci.Topology;
import dev.directmsi.hardware.smmu.Smmu;
import dev.directmsi.hardware.smmu.StreamId;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class PresetsTest {

    private static final Presets PRESETS = Presets.load();

    @Test
    void everyPresetIsNamedAsItsFile() {
        assertThat(PRESETS.topologies().firstEntry().getKey()).isEqualTo(Presets.DEFAULT);
        PRESETS.topologies()
                .forEach((name, topology) -> assertThat(topology.name()).isEqualTo(name));
    }

    @Test
    void lab64kDiffersInOneGranule() {
        assertThat(preset("lab-64k").smmus().get(1).granules()).containsExactly(PageSize.SIZE_64K);
        assertThat(preset("lab-64k").devices()).isEqualTo(preset("lab").devices());
    }

    @Test
    void graceServesTheAcceptanceTraces() {
        Topology grace = preset("nvidia-grace");
        PciFunction first = grace.devices().getFirst();

        assertThat(grace.smmus()).hasSize(5).allMatch(smmu -> smmu.oas() == 48);
        assertThat(grace.smmus()).allMatch(smmu -> smmu.commandQueues() > 0);
        assertThat(grace.itses()).hasSize(1);
        assertThat(grace.itses().getFirst().doorbell()).isEqualTo(new PhysAddr(0x2205_0040L));
        assertThat(first.name()).isEqualTo("0000:01:00.0");
        assertThat(first.streamIds()).containsExactly(new StreamId(0x100));
        assertThat(first.itsDeviceId()).isEqualTo(0x100);
        assertThat(grace.lpiBases()).containsEntry("0000:01:00.0", 8192);
        assertThat(grace.ramBase()).isEqualTo(new PhysAddr(0x8_8000_0000L));
        assertThat(grace.devices().stream().map(PciFunction::smmu).distinct()).hasSize(5);
    }

    @Test
    void altraWiresOneItsPerSmmu() {
        Topology altra = preset("ampere-altra");

        assertThat(altra.smmus()).hasSize(8);
        assertThat(altra.itses().get(7).frameBase()).isEqualTo(new PhysAddr(0x1001_0012_0000L));
        assertThat(altra.devices())
                .allMatch(device ->
                        Objects.requireNonNull(device.smmu())
                                .substring(4)
                                .equals(Objects.requireNonNull(device.its()).substring(3)));
    }

    @Test
    void rk3588WiresTwoItsesBehindOneSmmu() {
        Topology rk3588 = preset("rk3588");

        assertThat(rk3588.smmus().getFirst().base()).isEqualTo(new PhysAddr(0xfc90_0000L));
        assertThat(rk3588.devices().get(0).itsDeviceId()).isEqualTo(0x2000);
        assertThat(rk3588.devices().get(0).its()).isEqualTo("its0");
        assertThat(rk3588.devices().get(1).itsDeviceId()).isEqualTo(0);
        assertThat(rk3588.devices().get(1).its()).isEqualTo("its1");
        assertThat(rk3588.itses().get(1).doorbell()).isEqualTo(new PhysAddr(0xfe67_0040L));
    }

    @Test
    void hip07ReservesItsTranslationFrames() {
        Topology hip07 = preset("hip07");

        assertThat(hip07.smmus()).hasSize(5);
        assertThat(hip07.itses()).hasSize(8);
        for (PciFunction device : hip07.devices()) {
            assertThat(device.msiBypassesSmmu()).isTrue();
            var its = hip07.its(Objects.requireNonNull(device.its())).orElseThrow();
            assertThat(device.reserved())
                    .containsExactly(
                            new ReservedRegion(its.translationFrame(), ReservedRegion.Type.MSI));
        }
    }

    @Test
    void kunpengHasOneItsPerSocket() {
        assertThat(preset("kunpeng-920").itses())
                .extracting(its -> its.frameBase().value())
                .containsExactly(0x2_0210_0000L, 0x2002_0210_0000L);
        assertThat(preset("kunpeng-920").smmus()).hasSize(8);
    }

    /// The registers as a real kernel read them on that machine.
    @Test
    void recordedMachineHasTheRecordedRegisters() {
        for (String name : List.of("qemu-arm64", "qemu-arm64-dt")) {
            Smmu smmu = preset(name).smmus().getFirst();

            assertThat(smmu.identification())
                    .containsExactly(0x0d44101b, 0x02730010, 0, 0x1414, 0, 0x74);
            assertThat(smmu.aidr()).isEqualTo(1);
            assertThat(preset(name).busMasterAtBind()).isFalse();
            assertThat(preset(name).itses().getFirst().doorbell())
                    .isEqualTo(new PhysAddr(0x809_0040L));
            assertThat(preset(name).devices())
                    .extracting(PciFunction::msixVectors)
                    .containsExactly(0, 10, 5, 2);
        }
        assertThat(preset("qemu-arm64").devices()).allMatch(PciFunction::canwbs);
        assertThat(preset("qemu-arm64-dt").devices()).noneMatch(PciFunction::canwbs);
    }

    @Test
    void presetStandsForItsDocument() {
        assertThat(PRESETS.read("{\"preset\":\"rk3588\"}", "mine")).isEqualTo(preset("rk3588"));
        assertThat(PRESETS.read("preset: lab", "mine")).isEqualTo(preset("lab"));
        assertThat(PRESETS.read("smmus: []", "mine").name()).isEqualTo("mine");
        refused("preset: nowhere");
        refused("preset: [lab]");
        refused("{\"preset\": \"lab\", \"smmus\": []}");
    }

    private static void refused(String text) {
        InvalidTopology problem =
                catchThrowableOfType(InvalidTopology.class, () -> PRESETS.read(text, "mine"));
        assertThat(problem.problems().getFirst().place()).isEqualTo("preset");
    }

    private static Topology preset(String name) {
        return PRESETS.preset(name).orElseThrow();
    }
}

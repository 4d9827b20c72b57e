package dev.directmsi.walk;

import dev.directmsi.hardware.Machine;
import dev.directmsi.hardware.its.Its;
import dev.directmsi.hardware.pci.PciFunction;
import dev.directmsi.hardware.pci.Topology;
import dev.directmsi.hardware.smmu.PageTable;
import dev.directmsi.hardware.smmu.Smmu;
import dev.directmsi.hardware.smmu.Vmid;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Compares two machines of one topology, key by key.
record Hardware(Topology topology, Machine expected, Machine actual) {

    /// Where tables are probed.
    private static final long[] PROBES = {
        0, 0x4000_0000L, 0x4001_0000L, 0x0800_0000L, 0x0809_0000L, 0x0819_0000L, 0x0c00_0000L
    };

    private static final int EVENTS = 40;

    void check() {
        for (Smmu smmu : topology.smmus()) {
            for (int vmid = 0; vmid <= smmu.vmidLimit(); vmid++) {
                var tag = new Vmid(vmid);
                sameTable(
                        smmu.name() + " vmid " + vmid,
                        expected.stage2(smmu.name(), tag),
                        actual.stage2(smmu.name(), tag));
            }
        }
        topology.devices().forEach(this::function);
    }

    private void function(PciFunction function) {
        String smmu = String.valueOf(function.smmu());
        function.streamIds()
                .forEach(sid -> {
                    same(
                            smmu + " STE " + sid,
                            expected.streamTableEntry(smmu, sid),
                            actual.streamTableEntry(smmu, sid));
                    sameTable(
                            smmu + " CD " + sid,
                            expected.stage1(smmu, sid, 0),
                            actual.stage1(smmu, sid, 0));
                });
        String name = function.name();
        same(name + " bus master", expected.isBusMaster(name), actual.isBusMaster(name));
        for (int index = 0; index < function.vectors(); index++) {
            same(name + " message " + index, expected.msi(name, index), actual.msi(name, index));
        }
        for (Its its : topology.itses()) {
            for (int event = 0; event < EVENTS; event++) {
                same(
                        its.name() + " event " + event + " of " + function.itsDeviceId(),
                        expected.event(its.name(), function.itsDeviceId(), event),
                        actual.event(its.name(), function.itsDeviceId(), event));
            }
        }
    }

    private static void sameTable(
            String what, Optional<PageTable> expected, Optional<PageTable> actual) {
        same(what, expected.isPresent(), actual.isPresent());
        if (expected.isPresent() && actual.isPresent()) {
            for (long probe : PROBES) {
                same(
                        what + " at " + Long.toHexString(probe),
                        expected.get().lookup(probe),
                        actual.get().lookup(probe));
            }
        }
    }

    private static void same(String what, @Nullable Object expected, @Nullable Object actual) {
        if (!Objects.equals(expected, actual)) {
            throw new AssertionError(
                    "hardware: " + what + " is " + actual + ", from the store " + expected);
        }
    }
}

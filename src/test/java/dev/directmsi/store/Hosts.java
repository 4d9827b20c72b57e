package dev.directmsi.store;

import dev.directmsi.address.AddressRange;
import dev.directmsi.address.PageSize;
import dev.directmsi.address.PhysAddr;
import dev.directmsi.control.ContextStore.StoredHost;
import dev.directmsi.hardware.its.Its;
import dev.directmsi.hardware.pci.PciFunction;
import dev.directmsi.hardware.pci.Topology;
import dev.directmsi.hardware.smmu.Smmu;
import dev.directmsi.hardware.smmu.StreamId;
import dev.directmsi.iommufd.HostClaims;
import dev.directmsi.iommufd.object.ContextInfo;
import java.util.List;

/// Hosts as the tests of the store need them.
final class Hosts {

    static final String SMMU = "smmu0";
    static final String ITS = "its0";
    static final String DEVICE = "0000:01:00.0";
    static final String SIBLING = "0000:01:00.1";

    static final Topology TOPOLOGY =
            new Topology(
                    "test",
                    PageSize.SIZE_4K,
                    new PhysAddr(0x4000_0000),
                    true,
                    List.of(
                            new Smmu(
                                    SMMU,
                                    new PhysAddr(0x905_0000),
                                    48,
                                    List.of(PageSize.SIZE_4K),
                                    16,
                                    16,
                                    20,
                                    true,
                                    true,
                                    2,
                                    true,
                                    true,
                                    true,
                                    0)),
                    List.of(new Its(ITS, new PhysAddr(0x808_0000), 16, 16, true)),
                    List.of(function(DEVICE, 0x10), function(SIBLING, 0x11)));

    private Hosts() {}

    private static PciFunction function(String name, int id) {
        return new PciFunction(
                name,
                SMMU,
                List.of(new StreamId(id)),
                ITS,
                id,
                7,
                null,
                2048,
                20,
                true,
                false,
                false,
                false,
                false,
                List.of());
    }

    static StoredHost stored(String name) {
        return new StoredHost(name, "{\"name\":\"" + name + "\"}", hash(name));
    }

    static ContextInfo info(String host) {
        return ContextInfo.opened("context on " + host, host, hash(host), PageSize.SIZE_4K);
    }

    static String hash(String name) {
        return "hash of " + name;
    }

    /// A host of which nothing is claimed.
    static HostClaims unclaimed() {
        return new HostClaims() {
            @Override
            public boolean groupTakenElsewhere(int group) {
                return false;
            }

            @Override
            public boolean deviceTakenElsewhere(String function) {
                return false;
            }

            @Override
            public boolean vmidTaken(String smmu, int vmid) {
                return false;
            }

            @Override
            public boolean vmidTakenElsewhere(String smmu, int vmid) {
                return false;
            }

            @Override
            public boolean asidTaken(String smmu, int asid) {
                return false;
            }

            @Override
            public long firstFreeRam(long from, long length, long alignment) {
                return from;
            }

            @Override
            public boolean ramTaken(AddressRange range) {
                return false;
            }
        };
    }
}

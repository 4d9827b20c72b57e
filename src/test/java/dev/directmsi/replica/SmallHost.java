package dev.directmsi.replica;

import dev.directmsi.control.host.Presets;
import dev.directmsi.control.host.TopologyDocument;

/// The host `lab` with so few VMIDs that they run out: three on each SMMU.
final class SmallHost {

    private SmallHost() {}

    static String document() {
        String lab =
                TopologyDocument.render(
                        java.util.Objects.requireNonNull(Presets.load().topologies().get("lab")));
        return lab.replaceAll("\"vmidBits\":\\s*\\d+", "\"vmidBits\":2");
    }
}

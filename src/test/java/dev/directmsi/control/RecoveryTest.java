package dev.directmsi.control;

import static org.assertj.core.api.Assertions.assertThat;

import dev.directmsi.control.host.Presets;
import dev.directmsi.control.host.TopologyDocument;
import dev.directmsi.hardware.smmu.StreamId;
import dev.directmsi.hardware.smmu.StreamTableEntry;
import dev.directmsi.iommufd.ContextId;
import dev.directmsi.iommufd.command.BindDevice;
import java.time.InstantSource;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.springframework.boot.DefaultApplicationArguments;

/// What has to be true before the service says that it is ready.
class RecoveryTest {

    private final InMemoryContextStore store = new InMemoryContextStore(InstantSource.system());
    private final Presets presets = Presets.load();

    /// The service as it is after a start: nothing in memory but what recovery brings.
    private ControlPlane started() {
        var hosts = new HostRegistry(store, document -> TopologyDocument.parse(document, ""));
        var plane = new ControlPlane(store, hosts);
        new Recovery(store, plane, presets).run(new DefaultApplicationArguments());
        return plane;
    }

    private static Answer nothing() {
        return new Answer(200, Map.of(), new byte[0]);
    }

    @Test
    void presetsAreInstalledAtTheFirstStartOnly() {
        assertThat(started().hosts().keySet()).containsAll(presets.topologies().keySet());
        store.putHost(
                "hip07",
                store.hosts().stream()
                        .filter(host -> host.name().equals("hip07"))
                        .map(ContextStore.StoredHost::hash)
                        .findFirst()
                        .orElseThrow(),
                null,
                null);

        assertThat(started().hosts()).doesNotContainKey("hip07").containsKey("lab");
    }

    @Test
    void hardwareIsProgrammedBeforeAnybodyAsks() {
        ControlPlane before = started();
        ContextId context = open(before);
        before.execute(context, new BindDevice("0000:01:00.0"), Guard.NONE, (_, _) -> nothing());

        ControlPlane after = started();

        LiveHost lab = Objects.requireNonNull(after.hosts().get("lab"));
        StreamTableEntry entry = lab.machine().streamTableEntry("smmu0", new StreamId(0x100));
        assertThat(entry).isEqualTo(StreamTableEntry.abort());
    }

    private static ContextId open(ControlPlane plane) {
        Outcome<ContextId> opened = plane.open("lab", "", null, Guard.NONE, (_, _) -> nothing());
        return ((Outcome.Done<ContextId>) opened).reply();
    }
}

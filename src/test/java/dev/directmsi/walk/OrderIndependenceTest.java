package dev.directmsi.walk;

import static org.assertj.core.api.Assertions.assertThat;

import dev.directmsi.address.Ipa;
import dev.directmsi.hardware.pci.PciFunction;
import dev.directmsi.hardware.pci.Topology;
import dev.directmsi.iommufd.Command;
import dev.directmsi.iommufd.ContextView;
import dev.directmsi.iommufd.CopyState;
import dev.directmsi.iommufd.Kind;
import dev.directmsi.iommufd.Rejection;
import dev.directmsi.iommufd.RulesContext;
import dev.directmsi.iommufd.RulesHost;
import dev.directmsi.iommufd.command.AllocHwpt;
import dev.directmsi.iommufd.command.AllocIoas;
import dev.directmsi.iommufd.command.AttachDevice;
import dev.directmsi.iommufd.command.BindDevice;
import dev.directmsi.iommufd.command.ProgramVectors;
import dev.directmsi.iommufd.command.SetMsiTarget;
import dev.directmsi.iommufd.driver.DriverData;
import dev.directmsi.iommufd.object.Device;
import dev.directmsi.iommufd.object.HwptFlag;
import dev.directmsi.iommufd.object.HwptPaging;
import dev.directmsi.iommufd.object.MsiVector;
import dev.directmsi.iommufd.object.ObjectId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// Invariant 34: attach, set target and stage an address in any order: the same state, but for the
/// VMIDs that the copies got.
final class OrderIndependenceTest {

    private static final int HOSTS = 300;
    private static final int ORDERS = 6;
    private static final Ipa TARGET = new Ipa(0x0809_0040L);

    private final long seed = Long.getLong("seed", System.nanoTime());

    @Test
    void attachTargetAndAddressInAnyOrder() {
        System.out.println("OrderIndependenceTest: -Dseed=" + seed);
        int compared = 0;
        for (int number = 0; number < HOSTS; number++) {
            var random = new Random(seed + number);
            Topology topology = RandomHost.of(random);
            Prepared prepared = Prepared.on(topology);
            if (prepared == null) {
                continue;
            }
            List<Command<?>> commands = prepared.commands(random);
            Result first = prepared.result(topology, commands);
            for (int order = 1; order < ORDERS && !first.contended(); order++) {
                Collections.shuffle(commands, random);
                assertThat(prepared.result(topology, commands).outcome())
                        .as("-Dseed=%d, %s", seed + number, commands)
                        .isEqualTo(first.outcome());
                compared++;
            }
        }
        assertThat(compared).isGreaterThan(HOSTS);
    }

    /// A state without what depends on the order: VMIDs and revisions.
    ///
    /// @param copies members and MSI pages of each copy
    private record Outcome(
            TreeMap<String, String> copies,
            TreeSet<String> devices,
            List<MsiVector> vectors,
            String reserved) {

        static Outcome of(ContextView context, ObjectId parent, ObjectId ioas) {
            var copies = new TreeMap<String, String>();
            for (CopyState copy : context.relations().copiesOf(parent).values()) {
                var members = new TreeSet<String>();
                copy.members().forEach(member -> members.add(member.name()));
                var pages = new TreeSet<String>();
                copy.msiPages()
                        .values()
                        .forEach(page ->
                                pages.add(
                                        page.ipa()
                                                + " "
                                                + page.page()
                                                + new TreeSet<>(page.demanders())));
                copies.put(copy.copy().key().toString(), members + " " + pages);
            }
            var devices = new TreeSet<String>();
            var vectors = new ArrayList<MsiVector>();
            for (Device device : context.all(Device.class)) {
                devices.add(device.function() + " " + device.attachedTo() + " " + device.target());
                vectors.addAll(context.vectors(device.id()).values());
            }
            return new Outcome(
                    copies,
                    devices,
                    vectors,
                    context.relations().space(ioas).reserved().ranges().toString());
        }
    }

    /// What comes before: every function bound, a direct parent on an IOAS.
    private record Prepared(List<Command<?>> before, ObjectId ioas, ObjectId parent, int devices) {

        static @Nullable Prepared on(Topology topology) {
            var context = new RulesContext(new RulesHost(topology), 1);
            var done = new ArrayList<Command<?>>();
            ObjectId ioas = context.run(new AllocIoas()).id();
            done.add(new AllocIoas());
            for (PciFunction function : topology.devices()) {
                try {
                    var bind = new BindDevice(function.name());
                    context.run(bind);
                    done.add(bind);
                } catch (Rejection rejection) {
                    // cannot be given away at all
                }
            }
            for (Device device : context.state().all(Device.class)) {
                try {
                    var hwpt =
                            new AllocHwpt(
                                    device.id(),
                                    ioas,
                                    Set.of(HwptFlag.NEST_PARENT, HwptFlag.DIRECT_MSI),
                                    0,
                                    DriverData.NONE,
                                    null);
                    ObjectId parent = ((HwptPaging) context.run(hwpt)).id();
                    done.add(hwpt);
                    return new Prepared(done, ioas, parent, done.size() - 2);
                } catch (Rejection rejection) {
                    // its SMMU cannot nest, or has no granule that fits
                }
            }
            return null;
        }

        /// For every device: attach, the same target, an address.
        List<Command<?>> commands(Random random) {
            var commands = new ArrayList<Command<?>>();
            for (int i = 0; i < devices; i++) {
                var device = new ObjectId(2 + i);
                if (random.nextInt(5) > 0) {
                    commands.add(new AttachDevice(device, parent));
                }
                commands.add(new SetMsiTarget(device, null, TARGET));
                commands.add(
                        new ProgramVectors(
                                device,
                                List.of(
                                        new ProgramVectors.Request(
                                                0, 0xffff_f040L, i, null, false, false))));
            }
            return commands;
        }

        Result result(Topology topology, List<Command<?>> commands) {
            var context = new RulesContext(new RulesHost(topology), 1);
            before.forEach(context::run);
            boolean contended = false;
            for (Command<?> command : commands) {
                try {
                    context.run(command);
                } catch (Rejection rejection) {
                    Kind kind = rejection.reason().kind();
                    contended |= kind == Kind.EXHAUSTED || kind == Kind.CONFLICT;
                }
            }
            return new Result(Outcome.of(context.state(), parent, ioas), contended);
        }
    }

    /// What an order led to.
    ///
    /// @param contended not all can be had at once: too few VMIDs, or a target in a reserved region
    ///   of another device; then whoever comes first has it
    private record Result(Outcome outcome, boolean contended) {}
}

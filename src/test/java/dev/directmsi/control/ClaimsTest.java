package dev.directmsi.control;

import static dev.directmsi.control.Replicas.nestParent;
import static dev.directmsi.control.Replicas.open;
import static dev.directmsi.control.Replicas.run;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.directmsi.address.Access;
import dev.directmsi.address.Iova;
import dev.directmsi.address.UserVa;
import dev.directmsi.control.InMemoryContextStore.Fault;
import dev.directmsi.hardware.Machine;
import dev.directmsi.hardware.pci.MsiEntry;
import dev.directmsi.hardware.smmu.Vmid;
import dev.directmsi.iommufd.ContextId;
import dev.directmsi.iommufd.Reason;
import dev.directmsi.iommufd.Rejection;
import dev.directmsi.iommufd.command.AllocIoas;
import dev.directmsi.iommufd.command.BindDevice;
import dev.directmsi.iommufd.command.DestroyObject;
import dev.directmsi.iommufd.command.MapPages;
import dev.directmsi.iommufd.command.UnbindDevice;
import dev.directmsi.iommufd.object.Backing;
import dev.directmsi.iommufd.object.ObjectId;
import java.time.InstantSource;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/// Claims of two contexts in two processes: a cached view of them is a hint and decides nothing.
final class ClaimsTest {

    private final InMemoryContextStore store = new InMemoryContextStore(InstantSource.system());

    /// A context with a bound device and an IOAS, in a process of its own.
    private record Tenant(ControlPlane plane, ContextId id, ObjectId device, ObjectId ioas) {

        static Tenant with(ControlPlane plane, String function) {
            ContextId id = open(plane);
            ObjectId device = run(plane, id, new BindDevice(function)).id();
            return new Tenant(plane, id, device, run(plane, id, new AllocIoas()).id());
        }

        int takeVmid() {
            return nestParent(plane, id, device, ioas).tag();
        }

        void giveVmidBack() {
            run(plane, id, new DestroyObject(new ObjectId(ioas.value() + 1), null));
        }
    }

    @Test
    void takenVmidIsDecidedAgain() {
        var replicas = new Replicas(store, 2);
        Tenant first = Tenant.with(replicas.start(), Replicas.FIRST);
        Tenant second = Tenant.with(replicas.start(), Replicas.SECOND);

        assertThat(first.takeVmid()).isEqualTo(1);

        assertThat(second.takeVmid()).isEqualTo(2);
    }

    @Test
    void noVmidsLeftIsAnsweredOnFreshClaimsOnly() {
        var replicas = new Replicas(store, 1);
        Tenant first = Tenant.with(replicas.start(), Replicas.FIRST);
        assertThat(first.takeVmid()).isEqualTo(1);
        Tenant second = Tenant.with(replicas.start(), Replicas.SECOND);
        assertThatExceptionOfType(Rejection.class)
                .isThrownBy(second::takeVmid)
                .matches(refused -> refused.reason() == Reason.VMIDS_EXHAUSTED);

        first.giveVmidBack();

        assertThat(second.takeVmid()).isEqualTo(1);
    }

    @Test
    void bindIsRefusedOnFreshClaimsOnly() {
        var replicas = new Replicas(store, 2);
        Tenant first = Tenant.with(replicas.start(), Replicas.FIRST);
        Tenant second = Tenant.with(replicas.start(), Replicas.SECOND);
        var bind = new BindDevice(Replicas.FIRST);
        assertThatExceptionOfType(Rejection.class)
                .isThrownBy(() -> run(second.plane(), second.id(), bind))
                .matches(refused -> refused.reason() == Reason.BIND_ALREADY);

        run(first.plane(), first.id(), new UnbindDevice(first.device(), null));

        assertThat(run(second.plane(), second.id(), bind).function()).isEqualTo(Replicas.FIRST);
    }

    /// No VMID is left, which comes before the mapping that no page table reaches.
    @Test
    void refusalAfterAClaimThatSeemedFreeIsAnsweredOnFreshClaimsOnly() {
        var replicas = new Replicas(store, 1);
        Tenant first = Tenant.with(replicas.start(), Replicas.FIRST);
        Tenant second = Tenant.with(replicas.start(), Replicas.SECOND);
        var beyond =
                new MapPages(
                        second.ioas(),
                        new Backing.UserMemory(new UserVa(0x1000)),
                        0x1000,
                        new Iova(1L << 50),
                        Access.READ_WRITE);
        run(second.plane(), second.id(), beyond);

        first.takeVmid();

        assertThatExceptionOfType(Rejection.class)
                .isThrownBy(second::takeVmid)
                .matches(refused -> refused.reason() == Reason.VMIDS_EXHAUSTED);
    }

    /// Its former owner may not know yet that it has lost it, and so has not erased it.
    @Test
    void boundFunctionHasNoMessagesOfItsFormerOwner() {
        ControlPlane plane = new Replicas(store, 1).start();
        ContextId id = open(plane);
        Machine machine = Objects.requireNonNull(plane.hosts().get(Replicas.HOST)).machine();
        machine.writeMsi(Replicas.FIRST, 3, new MsiEntry(0xffff_f040L, 1, false));
        machine.writeEvent("its0", 1, 1, 8193);

        run(plane, id, new BindDevice(Replicas.FIRST));

        assertThat(machine.msi(Replicas.FIRST, 3)).isNull();
        assertThat(machine.event("its0", 1, 1)).isNull();
    }

    /// The first context does not know that its VMID is free, and that the second has it by now.
    @Test
    void hardwareOfAnotherContextIsNotCleared() {
        ControlPlane plane = new Replicas(store, 1).start();
        Tenant first = Tenant.with(plane, Replicas.FIRST);
        Tenant second = Tenant.with(plane, Replicas.SECOND);
        first.takeVmid();
        store.inject(Fault.AFTER_COMMIT);
        assertThatExceptionOfType(StoreException.OutcomeUnknown.class)
                .isThrownBy(first::giveVmidBack);
        assertThat(second.takeVmid()).isEqualTo(1);

        int revision = Replicas.revision(plane, first.id());

        assertThat(revision).isEqualTo(5);
        Machine machine = Objects.requireNonNull(plane.hosts().get(Replicas.HOST)).machine();
        assertThat(machine.stage2(Replicas.SMMU, new Vmid(1))).isPresent();
    }
}

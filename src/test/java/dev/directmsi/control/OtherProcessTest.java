package dev.directmsi.control;

import static dev.directmsi.control.Replicas.nestParent;
import static dev.directmsi.control.Replicas.objects;
import static dev.directmsi.control.Replicas.open;
import static dev.directmsi.control.Replicas.run;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.directmsi.address.Ipa;
import dev.directmsi.control.ContextStore.StoredHost;
import dev.directmsi.iommufd.ContextId;
import dev.directmsi.iommufd.ContextView;
import dev.directmsi.iommufd.Decision;
import dev.directmsi.iommufd.Reason;
import dev.directmsi.iommufd.Rejection;
import dev.directmsi.iommufd.command.AllocIoas;
import dev.directmsi.iommufd.command.BindDevice;
import dev.directmsi.iommufd.command.DestroyObject;
import dev.directmsi.iommufd.command.PlanMsi;
import dev.directmsi.iommufd.object.Ioas;
import dev.directmsi.iommufd.object.ObjectId;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What another process has done meanwhile is neither overlooked nor done twice.
final class OtherProcessTest {

    private final InMemoryContextStore store = new InMemoryContextStore(InstantSource.system());
    private final Replicas replicas = new Replicas(store, 2);
    private final ControlPlane one = replicas.start();
    private final ControlPlane other = replicas.start();

    /// "Not found" on a stale view is not an answer to a GET either.
    @Test
    void readThatIsRefusedOnAStaleViewIsMadeAgain() {
        ContextId id = open(one);
        assertThat(objects(other, id)).isZero();

        Ioas ioas = run(one, id, new AllocIoas());

        Ioas read =
                other.read(id, view -> view.require(ioas.id(), Ioas.class, Reason.IOAS_NOT_FOUND));
        assertThat(read).isEqualTo(ioas);
    }

    /// Free VMIDs are the host's, which no revision of the context tells of.
    @Test
    void planCountsTheClaimsOfNow() {
        ContextId planned = open(other);
        run(other, planned, new BindDevice(Replicas.SECOND));
        ContextId id = open(one);
        ObjectId device = run(one, id, new BindDevice(Replicas.FIRST)).id();
        ObjectId ioas = run(one, id, new AllocIoas()).id();
        nestParent(one, id, device, ioas);
        var target = new PlanMsi.Planned(Replicas.SECOND, null, new Ipa(0x809_0040));
        var plan = new PlanMsi(null, List.of(target));

        List<PlanMsi.Demand> demands = other.read(planned, view -> demands(plan, view));

        assertThat(demands).containsExactly(new PlanMsi.Demand(Replicas.SMMU, 1, 2));
    }

    private static List<PlanMsi.Demand> demands(PlanMsi plan, ContextView view) {
        return ((Decision.Accepted<PlanMsi.Plan>) plan.decide(view)).reply().demands();
    }

    /// Claims are read after the rows: what the context took in between is no part of the revision.
    @Test
    void planOnAStateThatIsLoadedForItIsConfirmed() {
        ContextId id = open(one);
        ObjectId device = run(one, id, new BindDevice(Replicas.FIRST)).id();
        ObjectId ioas = run(one, id, new AllocIoas()).id();
        var overtaken = new HeldStore(store);
        var late = new ControlPlane(overtaken, replicas.hosts(overtaken));
        overtaken.overtakeLoad(() -> nestParent(one, id, device, ioas));
        var target = new PlanMsi.Planned(Replicas.FIRST, null, new Ipa(0x809_0040));
        var plan = new PlanMsi(null, List.of(target));

        String seen = late.read(id, view -> view.revision() + ": " + demands(plan, view));

        assertThat(seen).isEqualTo("4: " + List.of(new PlanMsi.Demand(Replicas.SMMU, 1, 2)));
    }

    /// A repeat that comes to another process while the first is still under way.
    @Test
    void repeatIsNotDecidedOnTheEffectOfTheFirst() {
        ContextId id = open(one);
        Ioas ioas = run(one, id, new AllocIoas());
        var destroy = new DestroyObject(ioas.id(), null);
        var overtaken = new HeldStore(store);
        var late = new ControlPlane(overtaken, replicas.hosts(overtaken));
        overtaken.overtake(() -> one.execute(id, destroy, key(), Replicas::answer));

        assertThat(late.execute(id, destroy, key(), Replicas::answer))
                .isInstanceOf(Outcome.Repeated.class);
    }

    @Test
    void contextIsOpenedOnceUnderOneKey() {
        var overtaken = new HeldStore(store);
        var late = new ControlPlane(overtaken, replicas.hosts(overtaken));
        overtaken.overtake(() -> openKeyed(one));

        assertThat(openKeyed(late)).isInstanceOf(Outcome.Repeated.class);
        assertThat(late.open()).hasSize(1);
    }

    private static Outcome<ContextId> openKeyed(ControlPlane plane) {
        return plane.open(Replicas.HOST, "test", null, key(), Replicas::answer);
    }

    @Test
    void closeOnAStaleViewIsTriedAgain() {
        ContextId id = open(one);
        assertThat(objects(other, id)).isZero();
        run(one, id, new AllocIoas());

        other.close(id, Guard.NONE, Replicas::answer);

        assertThatExceptionOfType(Rejection.class)
                .isThrownBy(() -> objects(one, id))
                .matches(refused -> refused.reason() == Reason.CONTEXT_NOT_FOUND);
    }

    @Test
    void preconditionOfACloseIsReadFresh() {
        ContextId id = open(one);
        assertThat(objects(other, id)).isZero();
        run(one, id, new AllocIoas());

        other.close(id, new Guard("2", null, false), Replicas::answer);

        assertThat(one.open()).isEmpty();
    }

    @Test
    void closeIsRepeatedByTheOtherProcess() {
        ContextId id = open(one);
        assertThat(objects(other, id)).isZero();
        one.close(id, key(), Replicas::answer);

        assertThat(other.close(id, key(), Replicas::answer)).isInstanceOf(Outcome.Repeated.class);
    }

    @Test
    void hostThatTheOtherProcessReplacedIsReadAgain() {
        ContextId before = open(other);
        other.close(before, Guard.NONE, Replicas::answer);
        assertThat(one.hosts()).hasSize(1);
        String hash = StoredHost.of(Replicas.HOST, "a host").hash();
        store.putHost(Replicas.HOST, hash, StoredHost.of(Replicas.HOST, "another host"), null);

        ContextId id = open(one);

        assertThat(objects(other, id)).isZero();
    }

    private static Guard key() {
        return new Guard(null, new Guard.Key("key", "request", "POST"), false);
    }
}

package dev.directmsi.control;

import static dev.directmsi.control.Replicas.objects;
import static dev.directmsi.control.Replicas.open;
import static dev.directmsi.control.Replicas.revision;
import static dev.directmsi.control.Replicas.run;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.directmsi.address.AddressRange;
import dev.directmsi.control.InMemoryContextStore.Fault;
import dev.directmsi.iommufd.ContextId;
import dev.directmsi.iommufd.Reason;
import dev.directmsi.iommufd.Rejection;
import dev.directmsi.iommufd.command.AllocIoas;
import dev.directmsi.iommufd.command.AllowIovas;
import dev.directmsi.iommufd.command.DestroyObject;
import dev.directmsi.iommufd.object.Ioas;
import dev.directmsi.iommufd.object.ObjectId;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// The three rules of the write path. Each of these tests fails without the rule that it is about.
@Timeout(30)
final class WritePathTest {

    private final InMemoryContextStore store = new InMemoryContextStore(InstantSource.system());

    /// Rule 1, and readers that do not wait: the commit is in flight, memory is as before.
    @Test
    void applyAfterCommit() throws Exception {
        var held = new HeldStore(store);
        ControlPlane plane = new Replicas(held, 4).start();
        ContextId id = open(plane);
        HeldStore.Hold hold = held.holdNext();
        store.inject(Fault.BEFORE_COMMIT);
        try (ExecutorService threads = Executors.newCachedThreadPool()) {
            Future<Ioas> writer = threads.submit(() -> run(plane, id, new AllocIoas()));
            HeldStore.await(hold.arrived());
            Future<Integer> reader = threads.submit(() -> objects(plane, id));

            // Less than the commit is held: who waits for it comes too late.
            assertThat(reader.get(10, TimeUnit.SECONDS)).isZero();

            hold.released().countDown();
            assertThat(writer).failsWithin(Duration.ofSeconds(10));
        }
        assertThat(objects(plane, id)).isZero();
        assertThat(revision(plane, id)).isEqualTo(1);
    }

    /// Rule 2: what another process has made is not "not found".
    @Test
    void refusalOnAStaleViewIsDecidedAgain() {
        var replicas = new Replicas(store, 4);
        ControlPlane one = replicas.start();
        ControlPlane other = replicas.start();
        ContextId id = open(one);
        assertThat(objects(other, id)).isZero();

        Ioas ioas = run(one, id, new AllocIoas());

        assertThat(run(other, id, new DestroyObject(ioas.id(), null)).object()).isEqualTo(ioas);
        assertThatExceptionOfType(Rejection.class)
                .isThrownBy(() -> run(one, id, new DestroyObject(ioas.id(), null)))
                .matches(refused -> refused.reason() == Reason.OBJECT_NOT_FOUND);
    }

    /// Rule 2 again: "nothing to do" is a read as well.
    @Test
    void nothingToDoOnAStaleViewIsDecidedAgain() {
        var replicas = new Replicas(store, 4);
        ControlPlane one = replicas.start();
        ControlPlane other = replicas.start();
        ContextId id = open(one);
        ObjectId ioas = run(one, id, new AllocIoas()).id();
        assertThat(objects(other, id)).isEqualTo(1);
        var range = new AllowIovas.Bounds(0x1000, 0x1fff);
        run(one, id, new AllowIovas(ioas, List.of(range)));

        run(other, id, new AllowIovas(ioas, List.of()));

        List<AddressRange> allowed =
                one.read(id, view -> view.find(ioas, Ioas.class).orElseThrow().allowed());
        assertThat(allowed).isEmpty();
    }

    /// Rule 3: after "outcome unknown" the store is asked, whether or not the commit happened.
    @ParameterizedTest
    @EnumSource(
            value = Fault.class,
            names = {"AFTER_COMMIT", "INSTEAD_OF_COMMIT"})
    void distrustAfterDoubt(Fault fault) {
        ControlPlane plane = new Replicas(new HeldStore(store), 4).start();
        ContextId id = open(plane);
        store.inject(fault);
        assertThatExceptionOfType(StoreException.OutcomeUnknown.class)
                .isThrownBy(() -> run(plane, id, new AllocIoas()));

        int happened = fault == Fault.AFTER_COMMIT ? 1 : 0;
        assertThat(objects(plane, id)).isEqualTo(happened);
        assertThat(revision(plane, id)).isEqualTo(1 + happened);
        assertThat(run(plane, id, new AllocIoas()).id()).isEqualTo(new ObjectId(1 + happened));
    }

    /// A lost race is decided again, on what the winner left.
    @Test
    void lostRaceIsDecidedAgain() {
        ControlPlane plane = new Replicas(store, 4).start();
        ContextId id = open(plane);
        store.inject(Fault.LOST_RACE);

        assertThat(run(plane, id, new AllocIoas()).createdRevision()).isEqualTo(3);
        assertThat(revision(plane, id)).isEqualTo(3);
    }

    @ParameterizedTest
    @EnumSource(
            value = Fault.class,
            names = {"AFTER_COMMIT", "INSTEAD_OF_COMMIT"})
    void keyRepeatedAfterDoubtIsDoneOnce(Fault fault) {
        ControlPlane plane = new Replicas(store, 4).start();
        ContextId id = open(plane);
        Guard guard = key("request");
        store.inject(fault);
        assertThatExceptionOfType(StoreException.OutcomeUnknown.class)
                .isThrownBy(() -> plane.execute(id, new AllocIoas(), guard, Replicas::answer));

        byte[] first = body(plane.execute(id, new AllocIoas(), guard, Replicas::answer));
        byte[] second = body(plane.execute(id, new AllocIoas(), guard, Replicas::answer));

        assertThat(second).isEqualTo(first);
        assertThat(objects(plane, id)).isEqualTo(1);
        assertThatExceptionOfType(Rejection.class)
                .isThrownBy(
                        () -> plane.execute(id, new AllocIoas(), key("another"), Replicas::answer))
                .matches(refused -> refused.reason() == Reason.IDEMPOTENCY_KEY_REUSED);
    }

    /// An answer that is recorded although nothing changes: what is answered is the revision that
    /// the context is at, in memory and in the store, and the next request can be guarded by it.
    @Test
    void recordedAnswerOfNothingToDoShowsTheRevisionThatStays() {
        ControlPlane plane = new Replicas(store, 4).start();
        ContextId id = open(plane);
        ObjectId ioas = run(plane, id, new AllocIoas()).id();
        var nothing = new AllowIovas(ioas, List.of());

        var outcome = plane.execute(id, nothing, key("request"), Replicas::answer);

        assertThat(outcome)
                .isInstanceOfSatisfying(
                        Outcome.Done.class, done -> assertThat(done.revision()).isEqualTo(2));
        assertThat(text(outcome)).startsWith("2: ");
        assertThat(store.load(id).orElseThrow().revision()).isEqualTo(2);
        assertThat(revision(plane, id)).isEqualTo(2);
        plane.execute(id, new AllocIoas(), new Guard("2", null, false), Replicas::answer);
        assertThat(text(plane.execute(id, nothing, key("request"), Replicas::answer)))
                .startsWith("2: ");
    }

    /// Rule 2 once more: "nothing to do" is recorded only at the revision that it was decided on.
    @Test
    void nothingToDoOnAStaleViewIsNotRecorded() {
        var replicas = new Replicas(store, 4);
        ControlPlane one = replicas.start();
        ControlPlane other = replicas.start();
        ContextId id = open(one);
        ObjectId ioas = run(one, id, new AllocIoas()).id();
        assertThat(objects(other, id)).isEqualTo(1);
        run(one, id, new AllowIovas(ioas, List.of(new AllowIovas.Bounds(0x1000, 0x1fff))));

        var outcome =
                other.execute(
                        id, new AllowIovas(ioas, List.of()), key("request"), Replicas::answer);

        assertThat(text(outcome)).startsWith("4: ");
        assertThat(revision(one, id)).isEqualTo(4);
    }

    private static Guard key(String request) {
        return new Guard(null, new Guard.Key("key", request, "POST"), false);
    }

    private static String text(Outcome<?> outcome) {
        return new String(body(outcome), StandardCharsets.UTF_8);
    }

    private static byte[] body(Outcome<?> outcome) {
        return switch (outcome) {
            case Outcome.Done<?> done -> done.answer().body();
            case Outcome.Repeated<?> repeated -> repeated.answer().body();
            case Outcome.Validated<?> validated -> validated.answer().body();
        };
    }
}

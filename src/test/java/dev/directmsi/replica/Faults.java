package dev.directmsi.replica;

import dev.directmsi.replica.DatabaseLink.Trouble;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/// What goes wrong in one round, in an order and at moments that the seed gives: one replica is
/// killed and started again, one is cut off from the database, and the database is restarted.
final class Faults implements Runnable {

    /// A fault ends after so many answers, or after this time where there are no answers.
    private static final int ANSWERS = 30;

    private static final long LONGEST_MILLIS = 1_500;

    private final Cluster cluster;
    private final Random random;
    private final Semaphore answers;
    private final List<Thread> starting = new ArrayList<>();
    private volatile boolean isOver;
    private final List<String> told = new ArrayList<>();

    /// @param answers has a permit for every answer
    Faults(Cluster cluster, Random random, Semaphore answers) {
        this.cluster = cluster;
        this.random = random;
        this.answers = answers;
    }

    @Override
    public void run() {
        var kinds = new ArrayList<Runnable>(List.of(this::kill, this::cutOff, this::restart));
        Collections.shuffle(kinds, random);
        for (Runnable kind : kinds) {
            pass(random.nextInt(ANSWERS));
            kind.run();
        }
        starting.forEach(Faults::join);
        isOver = true;
    }

    /// Whether all is well again.
    boolean isOver() {
        return isOver;
    }

    private void pass(int count) {
        answers.drainPermits();
        try {
            if (!answers.tryAcquire(count, LONGEST_MILLIS, TimeUnit.MILLISECONDS)) {
                return; // nobody gets an answer, which is long enough
            }
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private Replica any() {
        return cluster.replicas().get(random.nextInt(cluster.replicas().size()));
    }

    private void kill() {
        Replica replica = any();
        told.add("kill " + replica.number());
        replica.kill();
        starting.add(Thread.ofVirtual().start(replica::start)); // the others go on meanwhile
    }

    private static void join(Thread start) {
        try {
            start.join();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private void cutOff() {
        Replica replica = any();
        Trouble[] troubles = Trouble.values();
        Trouble trouble = troubles[1 + random.nextInt(troubles.length - 1)];
        told.add(trouble + " " + replica.number());
        replica.link().impose(trouble);
        pass(ANSWERS);
        replica.link().heal();
    }

    private void restart() {
        boolean inOrder = random.nextBoolean();
        told.add(inOrder ? "restart database" : "kill database");
        if (inOrder) {
            cluster.database().stop();
        } else {
            cluster.database().kill();
        }
        cluster.database().startAgain();
    }

    @Override
    public String toString() {
        return String.join(", ", told);
    }
}

package dev.directmsi.replica;

import dev.directmsi.api.Http;
import dev.directmsi.api.Reply;
import dev.directmsi.control.ContextStore.StoredHost;
import dev.directmsi.iommufd.ContextId;
import dev.directmsi.iommufd.object.ContextInfo;
import dev.directmsi.replica.Violations.Promise;
import dev.directmsi.store.JdbcContextStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.Semaphore;

/// One seed: contexts on one host, clients, faults, and the judgement.
final class Round {

    static final int CONTEXTS = 3;
    static final int CLIENTS = 3;

    /// A client goes on while a fault lasts, but not for more than so many times its operations.
    private static final int MOST = 3;

    private final Cluster cluster;
    private final Model model;
    private final long seed;
    private final int operations;
    private final History history = new History();
    private final Violations violations = new Violations();
    private final Map<Long, ContextInfo> contexts = new TreeMap<>();
    private String faults = "none";
    private int revisions;

    /// @param operations of each client
    Round(Cluster cluster, Model model, long seed, int operations) {
        this.cluster = cluster;
        this.model = model;
        this.seed = seed;
        this.operations = operations;
    }

    Violations run(boolean withFaults) {
        long start = System.nanoTime();
        open();
        work(withFaults);
        long worked = System.nanoTime();
        judge();
        close();
        System.out.println(
                "work "
                        + (worked - start) / 1_000_000
                        + " judge "
                        + (System.nanoTime() - worked) / 1_000_000);
        return violations;
    }

    /// A host of its own, on which VMIDs run out.
    private void open() {
        Http http = cluster.any();
        String host = "round-" + seed + "-" + System.nanoTime();
        http.put("/v1/hosts/" + host, SmallHost.document()).expect(201);
        var store = new JdbcContextStore(cluster.dataSource());
        for (int i = 0; i < CONTEXTS; i++) {
            Reply reply = http.post("/v1/contexts", "{'host':'" + host + "'}").expect(201);
            long id = reply.json().path("id").asLong();
            contexts.put(id, store.load(new ContextId(id)).orElseThrow().info());
        }
        StoredHost stored =
                store.hosts().stream()
                        .filter(one -> one.name().equals(host))
                        .findFirst()
                        .orElseThrow();
        model.install(stored);
    }

    private void work(boolean withFaults) {
        var random = new Random(seed);
        var answers = new Semaphore(0);
        var work = new ArrayList<Runnable>();
        var trouble = new Faults(cluster, new Random(random.nextLong()), answers);
        int number = 0;
        for (long context : contexts.keySet()) {
            var workload = new Workload(context, "s" + seed + "-c" + number);
            var first = new Client(cluster.replicas(), history, random.nextLong());
            workload.prologue(number).forEach(first::perform);
            for (int i = 0; i < CLIENTS; i++) {
                var client = new Client(cluster.replicas(), history, random.nextLong());
                var twin = new Client(cluster.replicas(), history, random.nextLong());
                var choices = new Random(random.nextLong());
                String name = Integer.toString(i);
                work.add(() -> {
                    for (int n = 0;
                            n < operations
                                    || (withFaults && !trouble.isOver() && n < MOST * operations);
                            n++) {
                        Operation next = workload.next(choices, name + "-" + n);
                        if (next.key() != null && choices.nextInt(8) == 0) {
                            Threads.all(
                                    List.of(() -> client.perform(next), () -> twin.perform(next)));
                        } else {
                            client.perform(next);
                        }
                        answers.release();
                    }
                });
            }
            number++;
        }
        if (withFaults) {
            work.add(trouble);
        }
        Threads.all(work);
        cluster.awaitReady();
        faults = trouble.toString();
    }

    private void judge() {
        var histories = new TreeMap<Long, List<Observed>>();
        contexts.keySet().forEach(id -> histories.put(id, history.of(id, violations)));
        var replays = new TreeMap<Long, Replay>();
        var commits = new TreeMap<Long, List<Commit>>();
        var all = new ArrayList<Commit>();
        contexts.forEach((id, info) -> {
            var replay =
                    new Replay(model, info, Objects.requireNonNull(histories.get(id)), violations);
            List<Commit> found = replay.commits(cluster.log(id));
            replays.put(id, replay);
            commits.put(id, found);
            all.addAll(found);
            revisions += found.size();
        });
        var timeline = new ClaimTimeline(all);
        timeline.check(violations);
        if (violations.isEmpty()) {
            contexts.forEach((id, info) ->
                    new Explanation(
                                    model,
                                    Objects.requireNonNull(commits.get(id)),
                                    timeline,
                                    violations)
                            .check(info, Objects.requireNonNull(histories.get(id))));
            new Agreement(cluster, model, violations).check(replays, timeline);
            repeats();
        }
    }

    /// What was acknowledged under a key is answered the same by any replica.
    private void repeats() {
        var random = new Random(seed);
        for (Observed one : history.all()) {
            if (one.isAcknowledged() && one.operation().key() != null && random.nextInt(4) == 0) {
                Replica replica = cluster.replicas().get(random.nextInt(Cluster.REPLICAS));
                Http http = Objects.requireNonNull(replica.http());
                Answered again = Answered.of(Client.send(http, one.operation()));
                if (!again.equals(one.answer())) {
                    violations.add(Promise.KEYS_ANSWER_ONCE, one + ", repeated: " + again);
                }
            }
        }
    }

    private void close() {
        contexts.keySet().forEach(id -> cluster.any().delete("/v1/contexts/" + id));
    }

    @Override
    public String toString() {
        long acknowledged = history.all().stream().filter(Observed::isAcknowledged).count();
        long reads = history.all().stream().filter(one -> one.operation().isRead()).count();
        long unknown = history.all().stream().filter(one -> one.answer() == null).count();
        return "seed %d: %d operations in %d requests, %d revisions, %d acknowledged, %d reads, %d unknown; %s"
                .formatted(
                        seed,
                        history.all().size(),
                        history.attempts(),
                        revisions,
                        acknowledged,
                        reads,
                        unknown,
                        faults);
    }
}

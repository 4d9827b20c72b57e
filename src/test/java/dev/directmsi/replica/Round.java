package dev.directmsi.replica;

import dev.directmsi.api.Http;
import dev.directmsi.api.Reply;
import dev.directmsi.iommufd.ContextId;
import dev.directmsi.iommufd.object.ContextInfo;
import dev.directmsi.replica.Violations.Promise;
import dev.directmsi.store.JdbcContextStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.Semaphore;
import java.util.function.Function;

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
    private final Map<Long, Follower> followers = new TreeMap<>();
    private String faults = "none";
    private int revisions;
    private Duration working = Duration.ZERO;
    private Duration judging = Duration.ZERO;

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
        working = Duration.ofNanos(worked - start);
        judging = Duration.ofNanos(System.nanoTime() - worked);
        return violations;
    }

    /// A host of its own, on which VMIDs run out, and the contexts on it.
    private void open() {
        String host = "round-" + seed + "-" + System.nanoTime();
        served(http -> http.put("/v1/hosts/" + host, SmallHost.document())).expect(201);
        var store = new JdbcContextStore(cluster.dataSource());
        for (int i = 0; i < CONTEXTS; i++) {
            Reply reply = served(http -> http.post("/v1/contexts", "{'host':'" + host + "'}"));
            long id = reply.expect(201).json().path("id").asLong();
            contexts.put(id, store.load(new ContextId(id)).orElseThrow().info());
        }
        model.install(
                store.hosts().stream()
                        .filter(one -> one.name().equals(host))
                        .findFirst()
                        .orElseThrow());
    }

    /// Nothing was done while the database was away, so it is asked for again.
    private Reply served(Function<Http, Reply> request) {
        Reply reply = request.apply(cluster.any());
        while (reply.status() == 503) {
            reply = request.apply(cluster.any());
        }
        return reply;
    }

    private void work(boolean withFaults) {
        var random = new Random(seed);
        var answers = new Semaphore(0);
        var work = new ArrayList<Runnable>();
        var trouble = new Faults(cluster, new Random(random.nextLong()), answers);
        List<Workload> workloads = begin(random);
        int number = 0;
        for (long context : contexts.keySet()) {
            Workload workload = workloads.get(number);
            for (int i = 0; i < CLIENTS; i++) {
                var client = new Client(cluster.replicas(), history, random.nextLong());
                var twin = new Client(cluster.replicas(), history, random.nextLong());
                var choices = new Random(random.nextLong());
                String name = Integer.toString(i);
                work.add(() -> {
                    for (int n = 0; goesOn(n, withFaults && !trouble.isOver()); n++) {
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
            var ways = new Random(random.nextLong());
            followers.put(context, new Follower(cluster, context, ways, violations));
            number++;
        }
        if (withFaults) {
            work.add(trouble);
        }
        var following = new ArrayList<Runnable>(followers.values());
        following.add(() -> {
            try {
                Threads.all(work);
                cluster.awaitReady();
            } finally {
                followers.forEach((id, follower) -> follower.finish(lastRevision(id)));
            }
        });
        Threads.all(following);
        faults = trouble.toString();
    }

    /// Each context begins at any replica, and then they contend, each at a replica of its own that
    /// has last read the claims of the host before anybody took what all of them want. So only the
    /// database stands between them.
    private List<Workload> begin(Random random) {
        var workloads = new ArrayList<Workload>();
        for (long context : contexts.keySet()) {
            int number = workloads.size();
            var workload = new Workload(context, "s" + seed + "-c" + number);
            var client = new Client(cluster.replicas(), history, random.nextLong());
            workload.prologue(number).forEach(client::perform);
            workloads.add(workload);
        }
        var clients = new ArrayList<Client>();
        for (Replica replica : cluster.replicas()) {
            var client = new Client(List.of(replica), history, random.nextLong());
            client.perform(workloads.get(clients.size()).read(""));
            clients.add(client);
        }
        for (int step = 0; step < workloads.getFirst().contest(0).size(); step++) {
            for (int i = 0; i < CONTEXTS; i++) {
                clients.get(i).perform(workloads.get(i).contest(i).get(step));
            }
        }
        return workloads;
    }

    private long lastRevision(long context) {
        List<LogRow> log = cluster.log(context);
        return log.isEmpty() ? 1 : log.getLast().revision();
    }

    /// A client that was not answered for longer than any fault lasts has seen enough.
    private boolean goesOn(int done, boolean isTrouble) {
        return done < (isTrouble ? MOST : 1) * operations && !history.isUnanswered();
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
            List<LogRow> log = cluster.log(id);
            Objects.requireNonNull(followers.get(id)).check(log);
            List<Commit> found = replay.commits(log);
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
        contexts.keySet().forEach(id -> served(http -> http.delete("/v1/contexts/" + id)));
    }

    @Override
    public String toString() {
        long acknowledged = history.all().stream().filter(Observed::isAcknowledged).count();
        long reads = history.all().stream().filter(one -> one.operation().isRead()).count();
        long unknown = history.all().stream().filter(one -> one.answer() == null).count();
        return "seed %d: %d operations in %d requests, %d revisions, %d acknowledged, %d reads, %d unknown, %d event streams, %d ms, judged in %d ms; %s"
                .formatted(
                        seed,
                        history.all().size(),
                        history.attempts(),
                        revisions,
                        acknowledged,
                        reads,
                        unknown,
                        followers.values().stream().mapToInt(Follower::connections).sum(),
                        working.toMillis(),
                        judging.toMillis(),
                        faults);
    }
}

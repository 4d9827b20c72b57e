package dev.directmsi.replica;

import static org.assertj.core.api.Assertions.assertThat;

import dev.directmsi.api.Http;
import dev.directmsi.api.Reply;
import dev.directmsi.api.RunningService;
import dev.directmsi.control.ContextStore;
import dev.directmsi.iommufd.ContextId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.springframework.context.ConfigurableApplicationContext;

/// The judge finds who did it, also where somebody else was told the same.
final class CauseTest {

    private final Violations violations = new Violations();

    /// Seed 2256356114 of the replicas: the judge took the reset for the cause, and then nothing
    /// explained what the other one was told.
    @Test
    void resetThatFoundNothingToDoIsNotTheCause() {
        judge(List.of(post("/irqs/disable", "{\"type\":\"MSIX\"}"), post("/reset", "{}")));

        assertThat(violations.isEmpty()).as(violations::toString).isTrue();
    }

    /// Both are told the same, and only the first can have done it.
    @Test
    void ofTwoEqualAnswersTheFirstIsTheCause() {
        judge(List.of(post("/reset", "{}"), post("/reset", "{}")));

        assertThat(violations.isEmpty()).as(violations::toString).isTrue();
    }

    private static Operation post(String path, String body) {
        return new Operation(1, "POST", "/v1/contexts/1/devices/2" + path, body, null, null);
    }

    /// Runs them one after the other on a device with an ACTIVE vector, and judges a history that
    /// tells the last first.
    private void judge(List<Operation> operations) {
        try (ConfigurableApplicationContext service = RunningService.run();
                var model = new Model()) {
            Http http = RunningService.httpOf(service);
            var id = open(http);
            var store = service.getBean(ContextStore.class);
            model.install(
                    store.hosts().stream()
                            .filter(host -> host.name().equals("small"))
                            .findFirst()
                            .orElseThrow());
            var history = new ArrayList<Observed>();
            var workload = new Workload(id.value(), "test");
            var all = new ArrayList<>(workload.prologue(0));
            all.add(put("/attachment", "{\"ptId\":3}"));
            all.add(put("/msi-target", "{\"doorbell\":\"0x8090040\"}"));
            all.add(
                    put(
                            "/msi-vectors/0",
                            "{\"guestVa\":\"0x8090040\",\"target\":{\"doorbell\":\"0x8090040\"}}"));
            all.addAll(operations);
            for (Operation operation : all) {
                long invoked = System.nanoTime();
                Reply reply = Client.send(http, operation);
                assertThat(reply.status()).as(reply::text).isBetween(200, 299);
                history.add(
                        new Observed(
                                operation,
                                invoked,
                                System.nanoTime(),
                                Answered.of(reply),
                                1,
                                "here"));
            }
            Collections.reverse(history);
            var info = store.load(id).orElseThrow().info();
            var log =
                    store.log(id, 1, 100).orElseThrow().commits().stream()
                            .map(commit ->
                                    new LogRow(
                                            commit.revision(),
                                            id.value(),
                                            commit.revision(),
                                            commit.changes()))
                            .toList();
            var replay = new Replay(model, info, history, violations);
            List<Commit> commits = replay.commits(log);
            new Explanation(model, commits, new ClaimTimeline(commits), violations)
                    .check(info, history);
            assertThat(commits).hasSize(log.size());
        }
    }

    private static Operation put(String path, String body) {
        return new Operation(1, "PUT", "/v1/contexts/1/devices/2" + path, body, null, null);
    }

    private static ContextId open(Http http) {
        http.put("/v1/hosts/small", SmallHost.document()).expect(201);
        return new ContextId(
                http.post("/v1/contexts", "{'host':'small'}")
                        .expect(201)
                        .json()
                        .path("id")
                        .asLong());
    }
}

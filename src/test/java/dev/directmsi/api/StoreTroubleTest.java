package dev.directmsi.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.directmsi.control.ContextStore;
import dev.directmsi.control.InMemoryContextStore;
import dev.directmsi.control.InMemoryContextStore.Fault;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Primary;

/// What a client hears when the store fails: the two cases ask for different things of it.
class StoreTroubleTest {

    private static final ConfigurableApplicationContext service =
            RunningService.run(List.of(FaultyStore.class));

    private final InMemoryContextStore store = service.getBean(InMemoryContextStore.class);
    private final Http http = RunningService.httpOf(service);
    private final String context = http.openContext("lab");

    @Configuration(proxyBeanMethods = false)
    static class FaultyStore {
        @Bean
        @Primary
        ContextStore faultyStore() {
            return new InMemoryContextStore(InstantSource.system());
        }
    }

    @AfterAll
    static void stop() {
        service.close();
    }

    @Test
    void storeThatIsAwayIsWaitedFor() {
        store.inject(Fault.BEFORE_COMMIT);

        Reply reply = http.post(context + "/ioas", "{}").expect(503);

        reply.problem("STORE_UNAVAILABLE");
        assertThat(reply.header("Retry-After")).hasValue("1");
        http.post(context + "/ioas", "{}").expect(201);
        assertThat(http.get(context + "/ioas").json().path("items")).hasSize(1);
    }

    @Test
    void unknownOutcomeIsFoundOutWithTheSameKey() {
        store.inject(Fault.AFTER_COMMIT);

        Reply unknown = http.post(context + "/ioas", "{}", "Idempotency-Key", "a").expect(503);
        unknown.problem("OUTCOME_UNKNOWN");
        assertThat(unknown.header("Retry-After")).isEmpty();

        assertThat(http.post(context + "/ioas", "{}", "Idempotency-Key", "a").expect(201).at("/id"))
                .isEqualTo("1");
        assertThat(http.get(context + "/ioas").json().path("items")).hasSize(1);
    }

    @Test
    void unknownOutcomeMayBeThatNothingHappened() {
        store.inject(Fault.INSTEAD_OF_COMMIT);

        http.post(context + "/ioas", "{}", "Idempotency-Key", "a")
                .expect(503)
                .problem("OUTCOME_UNKNOWN");

        assertThat(http.get(context + "/ioas").json().path("items")).isEmpty();
        http.post(context + "/ioas", "{}", "Idempotency-Key", "a").expect(201);
    }

    @Test
    void lostRaceIsRunAgain() {
        store.inject(Fault.LOST_RACE);

        Reply reply = http.post(context + "/ioas", "{}").expect(201);

        assertThat(reply.header("ETag")).hasValue("\"3\"");
    }

    @Test
    void raceLostAgainAndAgainIsUnavailable() {
        for (int i = 0; i < 5; i++) {
            store.inject(Fault.LOST_RACE);
        }

        http.post(context + "/ioas", "{}").expect(503).problem("STORE_UNAVAILABLE");
    }
}

package dev.directmsi.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.context.ConfigurableApplicationContext;

/// Who may command the service.
class AccessTest {

    private static final String TOKEN = "correct-horse";

    private static final ConfigurableApplicationContext service =
            RunningService.run("--server.address=0.0.0.0", "--direct-msi.api.token=" + TOKEN);

    private final Http http = RunningService.httpOf(service);

    @AfterAll
    static void stop() {
        service.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/v1/contexts",
                "/v1/nothing",
                "/v1",
                "/v1;x=y/contexts",
                "/%76%31/contexts"
            })
    void nothingBelowV1WithoutToken(String path) {
        Reply reply = http.get(path);

        if (reply.status() != 400
                && reply.status() != 404) { // Tomcat has refused some spellings already
            reply.expect(401).problem("UNAUTHENTICATED");
            assertThat(reply.header("WWW-Authenticate")).hasValue("Bearer");
        }
        assertThat(reply.status()).isNotEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Bearer wrong",
                "Bearer correct-hors",
                "Bearer correct-horse2",
                "Basic correct-horse",
                "correct-horse"
            })
    void nothingWithAnotherToken(String authorization) {
        http.get("/v1/contexts", "Authorization", authorization).expect(401);
        http.post("/v1/contexts", "{}", "Authorization", authorization).expect(401);
    }

    @Test
    void everythingWithTheToken() {
        http.post("/v1/contexts", "{}", "Authorization", "Bearer " + TOKEN).expect(201);
        http.get("/v1/contexts", "Authorization", "bearer " + TOKEN).expect(200);
    }

    @Test
    void documentAndExplanationsNeedNone() {
        http.get("/problems/unauthenticated").expect(200);
        http.get("/v3/api-docs").expect(200);
        http.get("/actuator/health/readiness").expect(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"--server.address=0.0.0.0", "--server.address="})
    void openServiceDoesNotStart(String address) {
        assertThatThrownBy(() -> RunningService.run(address, "--direct-msi.api.token=").close())
                .hasRootCauseInstanceOf(IllegalStateException.class)
                .rootCause()
                .hasMessageContaining("direct-msi.api.token");
    }
}

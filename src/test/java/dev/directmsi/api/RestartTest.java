package dev.directmsi.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.context.ConfigurableApplicationContext;

/// What was acknowledged is there again after a restart, to the byte, and the service is ready only
/// then.
class RestartTest {

    @TempDir private Path directory;

    @Test
    void everythingIsThereAgain() {
        String context;
        List<String> paths;
        List<byte[]> before;
        Reply first;
        try (ConfigurableApplicationContext service = start()) {
            Http http = RunningService.httpOf(service);
            context = http.openContext("lab");
            http.put(context + "/memory/regions/0x10000000", "{'length':'0x200000'}").expect(201);
            http.put(
                    context + "/memory/0x10000000",
                    "guest".getBytes(java.nio.charset.StandardCharsets.UTF_8));
            http.post(context + "/ioas", "{}").expect(201);
            http.post(
                            context + "/ioas/1/mappings",
                            "{'userVa':'0x10000000','length':'0x200000','iova':'0x40000000','access':['READ']}")
                    .expect(201);
            http.post(context + "/devices", "{'device':'0000:01:00.0'}").expect(201);
            http.post(
                            context + "/hwpts",
                            "{'devId':2,'ptId':1,'flags':['NEST_PARENT','DIRECT_MSI']}")
                    .expect(201);
            http.put(context + "/devices/2/msi-target", "{'frameBase':'0x8080000'}").expect(201);
            http.put(context + "/devices/2/attachment", "{'ptId':3}").expect(201);
            first =
                    http.put(
                                    context + "/devices/2/msi-vectors/0",
                                    "{'guestVa':'0x8090040'}",
                                    "Idempotency-Key",
                                    "k")
                            .expect(200);
            paths =
                    List.of(
                            "",
                            "/objects",
                            "/ioas/1/mappings",
                            "/devices/2",
                            "/devices/2/msi-vectors",
                            "/hwpts/3",
                            "/hwpts/3/s2-copies/smmu0.its0/table",
                            "/memory/0x10000000?length=0x10");
            before = bodies(http, context, paths);
            assertThat(http.post(context + "/devices/2/msi-write", "{'vector':0}").at("/outcome"))
                    .isEqualTo("DELIVERED");
        }

        try (ConfigurableApplicationContext service = start()) {
            Http http = RunningService.httpOf(service);

            assertThat(http.get("/actuator/health/readiness").text()).contains("UP");
            assertThat(bodies(http, context, paths)).usingRecursiveComparison().isEqualTo(before);
            assertThat(http.post(context + "/devices/2/msi-write", "{'vector':0}").at("/outcome"))
                    .isEqualTo("DELIVERED");
            Reply again =
                    http.put(
                            context + "/devices/2/msi-vectors/0",
                            "{'guestVa':'0x8090040'}",
                            "Idempotency-Key",
                            "k");
            assertThat(again.bytes()).isEqualTo(first.bytes());
            assertThat(again.header("ETag")).isEqualTo(first.header("ETag"));
        }
    }

    private ConfigurableApplicationContext start() {
        return RunningService.run(
                "--spring.datasource.url=jdbc:h2:file:"
                        + directory.resolve("db")
                        + ";WRITE_DELAY=0;MAX_COMPACT_TIME=0;DB_CLOSE_ON_EXIT=FALSE");
    }

    private static List<byte[]> bodies(Http http, String context, List<String> paths) {
        return paths.stream().map(path -> http.get(context + path).expect(200).bytes()).toList();
    }
}

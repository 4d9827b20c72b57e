package dev.directmsi.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/// The machines underneath.
class HostsTest {

    private static final String BOUNDARY = "----boundary";
    private static final Path TABLES = Path.of("src/test/resources/acpi");

    private final Http http = RunningService.http();
    private final String host = "/v1/hosts/h-" + UUID.randomUUID();

    @Test
    void presetsAreThereAtTheFirstStart() {
        JsonNode items = http.get("/v1/hosts?limit=1000").expect(200).json().path("items");

        assertThat(items)
                .extracting(item -> item.path("name").asString())
                .contains(
                        "lab",
                        "lab-64k",
                        "qemu-virt",
                        "nvidia-grace",
                        "qemu-arm64",
                        "qemu-arm64-dt");
    }

    @Test
    void deviceShowsHowItIsWired() {
        JsonNode device = http.get("/v1/hosts/lab/devices").expect(200).json().at("/items/0");

        assertThat(device.path("name").asString()).isEqualTo("0000:01:00.0");
        assertThat(device.path("smmu").asString()).isEqualTo("smmu0");
        assertThat(device.path("streamIds").toString()).isEqualTo("[256]");
        assertThat(device.path("its").asString()).isEqualTo("its0");
        assertThat(device.path("itsDeviceId").asInt()).isEqualTo(256);
        assertThat(http.get("/v1/hosts/lab/smmus").expect(200).at("/items/1/oas")).isEqualTo("44");
        assertThat(http.get("/v1/hosts/lab/itses").expect(200).at("/items/2/frameBase"))
                .isEqualTo("0x70080000");
    }

    @Test
    void whatIsShownCanBePut() {
        JsonNode shown = http.get("/v1/hosts/lab").expect(200).json();

        Reply copy = http.put(host, shown.toString()).expect(201);

        assertThat(copy.header("Location")).hasValue(host);
        assertThat(copy.json().path("devices")).isEqualTo(shown.path("devices"));
        assertThat(copy.json().path("smmus")).isEqualTo(shown.path("smmus"));
    }

    @Test
    void yamlIsReadToo() {
        String document =
                """
                smmus:
                  - {name: s, base: 0x10000}
                devices:
                  - {name: "0000:01:00.0", smmu: s, streamIds: [0x8]}
                """;

        Reply made =
                http.send(
                                "PUT",
                                host,
                                BodyPublishers.ofString(document),
                                "Content-Type",
                                "application/yaml")
                        .expect(201);

        assertThat(made.at("/devices/0/streamIds/0")).isEqualTo("8");
    }

    @Test
    void documentThatDescribesNoMachineIsRefusedWithEverythingThatIsWrong() {
        Reply reply =
                http.put(host, "{'smmus':[{'name':'s'}],'itses':[{'name':'i'}],'devices':[]}")
                        .expect(422);

        assertThat(reply.problem("HOST_INVALID").at("/params/problems").toString())
                .contains("smmus[0].base", "itses[0].frameBase");
        http.put(host, "{'preset':'none'}").expect(422).problem("HOST_INVALID");
        http.put(host, "{").expect(422).problem("HOST_INVALID");
    }

    @Test
    void hostWithOpenContextsStays() {
        http.put(host, "{'preset':'lab'}").expect(201);
        String name = host.substring(host.lastIndexOf('/') + 1);
        String context =
                http.post("/v1/contexts", "{'host':'" + name + "'}")
                        .expect(201)
                        .header("Location")
                        .orElseThrow();

        http.delete(host).expect(409).problem("HOST_IN_USE");
        http.put(host, "{'preset':'lab-64k'}").expect(409).problem("HOST_IN_USE");

        http.delete(context).expect(204);
        http.put(host, "{'preset':'lab-64k'}").expect(200);
        http.delete(host).expect(204);
        http.get(host).expect(404).problem("HOST_NOT_FOUND");
        http.delete(host).expect(404).problem("HOST_NOT_FOUND");
    }

    @Test
    void contextOnNoHostIsRefused() {
        http.post("/v1/contexts", "{'host':'nowhere'}").expect(422).problem("HOST_UNKNOWN");
    }

    @Test
    void devicesAreComparedByTheirItses() {
        JsonNode found =
                http.post(
                                "/v1/hosts/lab/compare-its",
                                "{'devices':['0000:01:00.0','0000:02:00.0','0000:04:00.0','0001:01:00.0']}")
                        .expect(200)
                        .json();

        assertThat(found.path("copies").asInt()).isEqualTo(3);
        assertThat(found.at("/sets/0/devices").toString())
                .isEqualTo("[\"0000:01:00.0\",\"0000:04:00.0\"]");
        assertThat(found.path("separations"))
                .extracting(cause -> cause.path("cause").asString())
                .containsExactly("DIFFERENT_SMMU", "DIFFERENT_ITS");
        http.post("/v1/hosts/lab/compare-its", "{'devices':['none']}")
                .expect(422)
                .problem("DEVICE_UNKNOWN");
        http.post("/v1/hosts/none/compare-its", "{'devices':[]}")
                .expect(404)
                .problem("HOST_NOT_FOUND");
    }

    @Test
    void firmwareTablesMakeAHost() throws IOException {
        Reply made =
                importAcpi(
                                part(
                                        "iort",
                                        Files.readAllBytes(
                                                TABLES.resolve("qemu-virt.IORT.smmuv3-legacy"))),
                                part("madt", Files.readAllBytes(TABLES.resolve("gicv3-its.MADT"))),
                                field("devices", "0000:00:01.0 0200: 8086:10d3 (rev 02)\n"),
                                field("overrides", "smmus: [{name: smmu0, oas: 44}]"))
                        .expect(201);

        JsonNode device = made.json().at("/host/devices/0");
        assertThat(device.path("smmu").asString()).isEqualTo("smmu0");
        assertThat(device.path("streamIds").toString()).isEqualTo("[8]");
        assertThat(device.path("its").asString()).isEqualTo("its0");
        assertThat(made.at("/host/smmus/0/oas")).isEqualTo("44");
        assertThat(made.json().path("assumed").toString())
                .contains("smmu0.vmidBits: 16")
                .doesNotContain("smmu0.oas");
        assertThat(made.json().at("/chains/0000:00:01.0")).isNotEmpty();
        assertThat(http.get(host).json()).isEqualTo(made.json().path("host"));
    }

    @Test
    void tableThatIsNoneIsRefused() throws IOException {
        JsonNode problem =
                importAcpi(
                                part("iort", new byte[8]),
                                part("madt", new byte[8]),
                                field("devices", "0000:01:00.0"))
                        .expect(422)
                        .problem("ACPI_INVALID");

        assertThat(problem.at("/params/table").asString()).isEqualTo("IORT");
        assertThat(problem.at("/params/offset").asString()).startsWith("0x");
    }

    @Test
    void missingPartIsMalformed() throws IOException {
        importAcpi(part("iort", new byte[8])).expect(400).problem("MALFORMED_REQUEST");
        http.send(
                        "POST",
                        host + "/import-acpi",
                        BodyPublishers.ofString("no parts"),
                        "Content-Type",
                        "multipart/form-data; boundary=" + BOUNDARY)
                .expect(400)
                .problem("MALFORMED_REQUEST");
        http.post(host + "/import-acpi", "{}").expect(415).problem("MEDIA_TYPE_UNSUPPORTED");
    }

    @Test
    void partThatIsTooLargeIsRefused() throws IOException {
        importAcpi(
                        part("iort", new byte[(1 << 20) + 1]),
                        part("madt", new byte[8]),
                        field("devices", ""))
                .expect(413)
                .problem("BODY_TOO_LARGE");
    }

    private Reply importAcpi(byte[]... parts) throws IOException {
        var body = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            body.write(part);
        }
        body.write(("--" + BOUNDARY + "--\r\n").getBytes(StandardCharsets.US_ASCII));
        return http.send(
                "POST",
                host + "/import-acpi",
                BodyPublishers.ofByteArray(body.toByteArray()),
                "Content-Type",
                "multipart/form-data; boundary=" + BOUNDARY);
    }

    private static byte[] part(String name, byte[] content) {
        return part(
                name,
                "; filename=\"" + name + "\"\r\nContent-Type: application/octet-stream",
                content);
    }

    private static byte[] field(String name, String content) {
        return part(name, "", content.getBytes(StandardCharsets.UTF_8));
    }

    private static byte[] part(String name, String head, byte[] content) {
        var part = new ByteArrayOutputStream();
        part.writeBytes(
                ("--"
                                + BOUNDARY
                                + "\r\nContent-Disposition: form-data; name=\""
                                + name
                                + "\""
                                + head
                                + "\r\n\r\n")
                        .getBytes(StandardCharsets.UTF_8));
        part.writeBytes(content);
        part.writeBytes("\r\n".getBytes(StandardCharsets.US_ASCII));
        return part.toByteArray();
    }
}

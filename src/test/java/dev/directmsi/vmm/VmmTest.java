package dev.directmsi.vmm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.directmsi.api.RunningService;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.context.ConfigurableApplicationContext;

/// The VMM's runs end as T1 to T4 say, on a service of its own: nobody else takes devices or VMIDs.
///
/// The transcripts on the lab host are golden files; `./mvnw test -Dtest=VmmTest
/// -Dgolden.write=true` writes them.
class VmmTest {

    private static final Path GOLDEN = Path.of("src/test/resources/golden");

    private static ConfigurableApplicationContext service;
    private static URI url;

    private record Ended(int code, String transcript) {}

    @BeforeAll
    static void start() {
        service = RunningService.run();
        url = RunningService.baseOf(service);
    }

    @AfterAll
    static void stop() {
        service.close();
    }

    @ParameterizedTest
    @CsvSource({
        "direct, dma-api",
        "direct, vfio",
        "direct, vfio-new",
        "window, dma-api",
        "window, vfio",
        "window, vfio-new"
    })
    void transcriptIsGolden(String mode, String guest) throws IOException {
        Path golden = GOLDEN.resolve("vmm-%s-%s.txt".formatted(mode, guest));

        Ended ended = run("--mode", mode, "--guest", guest);
        if (Boolean.getBoolean("golden.write")) {
            Files.createDirectories(GOLDEN);
            Files.writeString(golden, ended.transcript());
        }

        assertThat(ended.code()).isZero();
        assertThat(ended.transcript()).isEqualTo(Files.readString(golden));
    }

    @Test
    void t1WindowDmaApiIsDeliveredByTheWindow() {
        Ended ended = runOnGrace("window", "dma-api");

        assertThat(ended.code()).isZero();
        assertThat(ended.transcript())
                .contains(
                        "0000:01:00.0  0x22050040       0x8000040        0     WINDOW",
                        "stage 1  IPA  0x8000040 ",
                        "stage 2  PA   0x22050040 ",
                        "its0     LPI  8192        DeviceID 0x100, EventID 0: DELIVERED",
                        // the counter-check: the guest's own address leads nowhere
                        "0000:01:00.0  0xfffff040  0x8090040  -   -    -         -        -    FAULT");
    }

    @Test
    void t2WindowVfioIsLostAndTheGuestIsNotTold() {
        Ended ended = runOnGrace("window", "vfio");

        assertThat(ended.code()).isZero();
        assertThat(ended.transcript())
                .contains(
                        "0000:01:00.0  0x22050040       0x8000040        0     WINDOW",
                        "stage 1  IPA  0x8090040 ",
                        "record 0x10000000010 0x28000000000 0x8000040 0x8090000",
                        "of its SMMU on smmu0: empty",
                        "which Linux only logs: 5 records",
                        // variant b
                        "PA   0x880000040 ",
                        "LOST_SILENT",
                        "ef be ad de before the write, 00 00 00 00 after it")
                .doesNotContain("DELIVERED");
    }

    @Test
    void t2cNewKernelInTheGuestRefusesToBind() {
        Ended ended = runOnGrace("window", "vfio-new");

        assertThat(ended.code()).isZero();
        assertThat(ended.transcript())
                .contains("BIND_NEEDS_DIRECT (EINVAL)", "0x8000000..0x80fffff")
                .doesNotContain("writes");
    }

    @Test
    void t3DirectDmaApiIsDelivered() {
        Ended ended = runOnGrace("direct", "dma-api");

        assertThat(ended.code()).isZero();
        assertThat(ended.transcript())
                .contains(
                        "ITS frame 0x8080000, so doorbell 0x8090040",
                        "smmu0.its0    1     0x8090000  0x22050000",
                        "the copies map nothing else",
                        "0000:01:00.0  0x22050040       0xfffff040       0     GUEST",
                        "0xfffff040  0x8090040  0x22050040  its0  0x100     0        8192  DELIVERED");
    }

    @ParameterizedTest
    @ValueSource(strings = {"vfio", "vfio-new"})
    void t4DirectVfioIsDeliveredWithTheNumberOfT2(String guest) {
        Ended ended = runOnGrace("direct", guest);

        assertThat(ended.code()).isZero();
        assertThat(ended.transcript())
                .contains(
                        "0000:01:00.0  0x22050040       0x8000040        0     GUEST",
                        "0x8000040  0x8090040  0x22050040  its0  0x100     0        8192  DELIVERED");
    }

    @Test
    void oneDeviceOfEachItsAndAGroupOfTwo() {
        assertThat(run("--mode", "direct").transcript())
                .contains(
                        "smmu0.its0    1     0x8090000  0x70010000  0000:01:00.0 0000:06:00.0",
                        "smmu0.its1    2     0x8090000  0x70050000  0000:02:00.0 0000:06:00.1",
                        "smmu1.its2    2     0x8090000  0x70090000  0001:02:00.0");
    }

    @Test
    void whatIsKeptBlocksTheNextRunUntilItIsClosed() {
        Ended kept = run("--host", "qemu-virt", "--keep");
        Ended blocked = run("--host", "qemu-virt");

        assertThat(kept.code()).isZero();
        assertThat(kept.transcript()).contains("Kept: http://");
        assertThat(blocked.code()).isOne();
        assertThat(blocked.transcript())
                .contains("BIND_ALREADY (EINVAL): ")
                .endsWith("Unbind it there first.\n");
    }

    @Test
    void unknownOptionIsWrongUsage() {
        Ended ended = run("--moed", "direct");

        assertThat(ended.code()).isEqualTo(2);
        assertThat(ended.transcript()).startsWith("unknown option --moed\n").contains("--guest");
    }

    @Test
    void serviceThatDoesNotAnswerIsOneLine() {
        Ended ended = run("--url", "http://127.0.0.1:1");

        assertThat(ended.code()).isOne();
        assertThat(ended.transcript()).contains("The service does not answer").hasLineCount(2);
    }

    private static Ended runOnGrace(String mode, String guest) {
        return run("--host", "nvidia-grace", "--mode", mode, "--guest", guest);
    }

    private static Ended run(String... options) {
        var bytes = new ByteArrayOutputStream();
        int code;
        try (var out = new PrintStream(bytes, /* autoFlush= */ false, StandardCharsets.UTF_8)) {
            code =
                    VirtualMachineMonitor.run(
                            Stream.concat(Stream.of("--url", url.toString()), Stream.of(options))
                                    .toList(),
                            out);
        }
        String transcript = bytes.toString(StandardCharsets.UTF_8);
        return new Ended(code, transcript.replaceFirst("context \\d+", "context N"));
    }
}

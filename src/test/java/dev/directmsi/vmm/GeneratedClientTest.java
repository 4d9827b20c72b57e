package dev.directmsi.vmm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.directmsi.api.RunningService;
import dev.directmsi.vmm.client.ApiClient;
import dev.directmsi.vmm.client.ApiException;
import dev.directmsi.vmm.client.api.ContextsApi;
import dev.directmsi.vmm.client.api.MemoryApi;
import dev.directmsi.vmm.client.model.RegionRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The client that is generated from the contract sends what the contract says, where the
/// generator's own template would not.
class GeneratedClientTest {

    private static final String USER_VA = "0x7f0000000000";

    @Test
    void memoryIsWrittenAsItIs(@TempDir Path directory) throws ApiException, IOException {
        ApiClient client = new ApiClient();
        client.updateBaseUri(RunningService.base().toString());
        var memory = new MemoryApi(client);
        long context = new ContextsApi(client).openContext(null, null, null, null).getId();
        memory.createRegion(
                context, USER_VA, new RegionRequest().length("0x1000"), null, null, null);
        byte[] content = {0, -1, '"', 0x0a, -128, 0x7f};
        Path file = Files.write(directory.resolve("content"), content);

        memory.writeMemory(context, USER_VA, file.toFile(), null, null, null);

        Path read = memory.readMemory(context, USER_VA, "0x8", null).toPath();
        assertThat(Files.readAllBytes(read)).containsExactly(0, -1, '"', 0x0a, -128, 0x7f, 0, 0);
        Files.delete(read);
    }
}

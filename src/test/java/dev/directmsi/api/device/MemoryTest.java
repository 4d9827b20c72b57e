package dev.directmsi.api.device;

import static dev.directmsi.api.device.Vm.RAM;
import static dev.directmsi.api.device.Vm.json;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.directmsi.api.Reply;
import org.junit.jupiter.api.Test;

/// Regions and files are made, written, read, shared and removed.
class MemoryTest {

    private final Vm vm = Vm.on("lab");

    @Test
    void regionIsMadeWrittenAndRead() {
        Reply made = vm.put("/memory/regions/" + RAM, "{'length':'0x200000'}").expect(201);

        Reply written = vm.put("/memory/0x7f0000000ffe", "doorbell".getBytes(UTF_8)).expect(200);

        assertThat(made.header("Location")).hasValue(vm.path("/memory/regions/" + RAM));
        assertThat(made.json())
                .isEqualTo(
                        json(
                                """
                                {'userVa':'0x7f0000000000','last':'0x7f00001fffff','length':'0x200000',
                                 'access':['READ','WRITE'],'physical':'0x880000000'}
                                """));
        assertThat(vm.get("/memory/regions/" + RAM).expect(200).json()).isEqualTo(made.json());
        assertThat(vm.get("/memory/regions").expect(200).json().at("/items/0"))
                .isEqualTo(made.json());
        assertThat(written.json()).isEqualTo(json("{'userVa':'0x7f0000000ffe','length':'0x8'}"));
        assertThat(vm.get("/memory/0x7f0000000ffe?length=8").expect(200).text())
                .isEqualTo("doorbell");
        assertThat(vm.get("/memory/0x7f0000100000?length=0x100000").expect(200).bytes())
                .isEqualTo(new byte[1 << 20]);
        vm.delete("/memory/regions/" + RAM).expect(204);
        vm.get("/memory/regions/" + RAM).expect(404).problem("REGION_NOT_FOUND");
    }

    @Test
    void memoryIsRefusedByTheRule() {
        vm.memory();
        int device = vm.bind("0000:01:00.0");
        vm.attach(device, 1).expect(201);
        String region = "/memory/regions/";

        vm.put(region + "0x7f0000001000", "{'length':'0x1000'}")
                .expect(409)
                .problem("REGION_EXISTS");
        vm.put(region + "0x1001", "{'length':'0x1000'}").expect(422).problem("REGION_NOT_ALIGNED");
        vm.put(region + "0x1000", "{'length':'0x1000000000000'}")
                .expect(507)
                .problem("REGION_TOO_LARGE");
        vm.put(region + "0x1000", "{'length':'0x1000','file':'none'}")
                .expect(422)
                .problem("FILE_MISSING");
        vm.get("/memory/0x1000?length=1").expect(422).problem("MEMORY_OUTSIDE");
        vm.get("/memory/" + RAM + "?length=0x100001").expect(400).problem("VALUE_TOO_LARGE");
        vm.get("/memory/" + RAM + "?length=0x100000001").expect(400).problem("VALUE_TOO_LARGE");
        vm.put(region + "0x1000", "{'length':'0x1000','access':['READ']}").expect(201);
        vm.put("/memory/0x1000", new byte[1]).expect(422).problem("MEMORY_READ_ONLY");
        vm.put("/memory/" + RAM, new byte[0]).expect(400).problem("MALFORMED_REQUEST");
        vm.put("/memory/" + RAM, new byte[(1 << 20) + 1]).expect(413).problem("BODY_TOO_LARGE");
    }

    @Test
    void fileIsSharedByRegions() {
        Reply made = vm.put("/files/ram", "{'size':'0x200000'}").expect(201);
        Reply sealed = vm.put("/files/ram", "{'size':'0x200000','sealed':true}").expect(200);

        vm.put("/memory/regions/0x1000000", "{'length':'0x200000','file':'ram'}").expect(201);
        vm.put("/memory/regions/0x2000000", "{'length':'0x1000','file':'ram'}").expect(201);
        vm.put("/memory/0x1000000", "shared".getBytes(UTF_8)).expect(200);

        assertThat(made.json())
                .isEqualTo(
                        json(
                                "{'name':'ram','size':'0x200000','sealed':false,'physical':'0x880000000'}"));
        assertThat(vm.get("/files/ram").expect(200).json()).isEqualTo(sealed.json());
        assertThat(vm.get("/files").expect(200).json().at("/items/0")).isEqualTo(sealed.json());
        assertThat(vm.get("/memory/0x2000000?length=6").expect(200).text()).isEqualTo("shared");
        assertThat(vm.get("/memory/regions?cursor=0x1000001").at("/items/0/file")).isEqualTo("ram");
        vm.delete("/files/ram").expect(409).problem("FILE_IN_USE");
        vm.delete("/memory/regions/0x1000000").expect(204);
        vm.delete("/memory/regions/0x2000000").expect(204);
        vm.delete("/files/ram").expect(204);
        vm.delete("/files/ram").expect(404).problem("FILE_NOT_FOUND");
    }

    @Test
    void fileIsRefusedByTheRule() {
        vm.put("/files/ram", "{'size':'0x1000'}").expect(201);

        vm.put("/files/ram", "{'size':'0x2000'}").expect(422).problem("FILE_SIZE_INVALID");
        vm.put("/files/none", "{'size':0}").expect(422).problem("FILE_SIZE_INVALID");
        vm.put("/files/" + "x".repeat(250), "{'size':1}").expect(400).problem("VALUE_TOO_LARGE");
        vm.put("/files/" + "x".repeat(249), "{'size':1}").expect(201);
        vm.get("/files/none").expect(404).problem("FILE_NOT_FOUND");
    }

    @Test
    void stage1IsBuiltInGuestMemory() {
        int ioas = vm.memory();
        String request =
                """
                {'ioasId':%d,'cdTableIpa':'%s','tablesIpa':'0x40200000','granule':'%s',
                 'contexts':[{'mappings':[{'va':'0xfffff000','ipa':'0x8090000','length':'0x1000','access':['WRITE']}]}]}
                """;

        Reply built =
                vm.post("/memory/build-stage1", request.formatted(ioas, "0x40100000", "4K"))
                        .expect(200);

        assertThat(built.at("/ste/0")).isEqualTo("0x4010000b");
        assertThat(built.json().at("/ranges/0"))
                .isEqualTo(json("{'first':'0x40100000','last':'0x4010003f'}"));
        assertThat(vm.get("/memory/0x7f0000100000?length=64").expect(200).bytes())
                .isNotEqualTo(new byte[64]);
        vm.post("/memory/build-stage1", request.formatted(99, "0x40100000", "4K"))
                .expect(422)
                .problem("IOAS_MISSING");
        vm.post("/memory/build-stage1", request.formatted(ioas, "0x0", "4K"))
                .expect(422)
                .problem("STAGE1_NOT_MAPPED");
        vm.post("/memory/build-stage1", request.formatted(ioas, "0x40100000", "64K"))
                .expect(422)
                .problem("STAGE1_INVALID");
        vm.post("/memory/build-stage1", request.formatted(ioas, "0x40100000", "8K"))
                .expect(400)
                .problem("MALFORMED_REQUEST");
    }
}

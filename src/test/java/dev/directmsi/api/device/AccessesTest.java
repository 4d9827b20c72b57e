package dev.directmsi.api.device;

import static dev.directmsi.api.device.Vm.json;
import static org.assertj.core.api.Assertions.assertThat;

import dev.directmsi.api.Reply;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/// Devices read and write memory, and every access can be explained.
class AccessesTest {

    private final Vm vm = Vm.on("lab");

    private String attachedDevice() {
        int ioas = vm.memory();
        int device = vm.bind("0000:01:00.0");
        vm.attach(device, ioas).expect(201);
        return "/devices/" + device;
    }

    @Test
    void deviceWritesWhatTheProcessReads() {
        String device = attachedDevice();

        Reply written =
                vm.post(
                                device + "/dma",
                                "{'access':'WRITE','iova':'0x40000ffe','length':'0x4','data':'3q2+7w=='}")
                        .expect(200);
        Reply read =
                vm.post(device + "/dma", "{'access':'READ','iova':'0x40000ffe','length':4}")
                        .expect(200);

        assertThat(written.json().path("parts")).hasSize(2);
        assertThat(DirectMsiTest.without(written.json().at("/parts/1"), "hops"))
                .isEqualTo(
                        json(
                                "{'outcome':'MEMORY','streamId':256,'iova':'0x40001000','length':2,'pa':'0x880001000'}"));
        assertThat(written.json().at("/parts/0/hops")).isNotEmpty();
        assertThat(read.at("/data")).isEqualTo("3q2+7w==");
        byte[] bytes = vm.get("/memory/0x7f0000000ffe?length=4").expect(200).bytes();
        assertThat(Base64.getEncoder().encodeToString(bytes)).isEqualTo("3q2+7w==");
    }

    @Test
    void longDmaExplainsItsFirstParts() {
        String device = attachedDevice();

        JsonNode parts =
                vm.post(device + "/dma", "{'access':'READ','iova':'0x4fff0000','length':'0x14000'}")
                        .expect(200)
                        .json()
                        .path("parts");

        assertThat(parts).hasSize(20);
        assertThat(parts.path(15).has("hops")).isTrue();
        assertThat(parts.path(16).has("hops")).isFalse();
        assertThat(parts.path(15).path("outcome").asString()).isEqualTo("MEMORY");
        assertThat(parts.path(16).path("outcome").asString()).isEqualTo("FAULT");
        assertThat(parts.path(16).at("/event/stage").asInt()).isEqualTo(1);
    }

    @Test
    void accessIsExplainedWithNoEffect() {
        String device = attachedDevice();
        String revision = vm.get("").at("/revision");

        Reply memory =
                vm.post(device + "/explain", "{'access':'WRITE','address':'0x40000000','data':1}")
                        .expect(200);
        Reply fault =
                vm.post(device + "/explain", "{'access':'READ','address':'0x1000'}").expect(200);

        assertThat(memory.at("/outcome")).isEqualTo("MEMORY");
        assertThat(fault.at("/event/type")).isEqualTo("F_TRANSLATION");
        assertThat(fault.at("/event/step")).isEqualTo("STAGE_1");
        assertThat(vm.get("").at("/revision")).isEqualTo(revision);
    }

    @Test
    void blockedDeviceReachesNothing() {
        int device = vm.bind("0000:01:00.0");
        String path = "/devices/" + device;

        assertThat(
                        vm.post(path + "/explain", "{'access':'READ','address':'0x0'}")
                                .expect(200)
                                .at("/outcome"))
                .isEqualTo("ABORT_SILENT");
        vm.put(path + "/bus-master", "{'enabled':false}").expect(200);
        Reply nothing = vm.post(path + "/msi-write", "{'address':'0x8000040','data':0}");
        assertThat(nothing.expect(200).json())
                .isEqualTo(
                        json(
                                "{'outcome':'NOT_ISSUED','streamId':256,'why':'bus mastering is off','hops':[]}"));
    }

    @Test
    void accessesAreRefusedByTheRule() {
        String device = attachedDevice();

        vm.post(device + "/msi-write", "{}").expect(422).problem("WRITE_AMBIGUOUS");
        vm.post(device + "/msi-write", "{'vector':0,'address':'0x0','data':0}")
                .expect(422)
                .problem("WRITE_AMBIGUOUS");
        vm.post(device + "/msi-write", "{'address':'0x0'}")
                .expect(400)
                .problem("MALFORMED_REQUEST");
        vm.post(device + "/msi-write", "{'vector':32}").expect(422).problem("VECTOR_INDEX_INVALID");
        vm.post(device + "/dma", "{'access':'WRITE','iova':'0x0','length':4}")
                .expect(422)
                .problem("DMA_DATA_MISMATCH");
        vm.post(device + "/dma", "{'access':'READ','iova':'0x0','length':'0x100001'}")
                .expect(422)
                .problem("DMA_LENGTH_INVALID");
        vm.post(device + "/dma", "{'access':'WRITE','iova':'0x0','length':4,'data':'?'}")
                .expect(400)
                .problem("MALFORMED_REQUEST");
        vm.post(device + "/dma", "{'access':'READ','iova':'0x0','length':4,'pasid':1048576}")
                .expect(400)
                .problem("VALUE_TOO_LARGE");
        vm.post("/devices/9/explain", "{'access':'READ','address':'0x0'}")
                .expect(404)
                .problem("DEVICE_NOT_FOUND");
    }
}

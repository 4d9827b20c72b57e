package dev.directmsi.api.device;

import static org.assertj.core.api.Assertions.assertThat;

import dev.directmsi.api.Http;
import dev.directmsi.api.Reply;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// ATC_INV goes to devices whose ATS is on: the host turns it on for its own page tables, below a
/// guest's stage 1 the guest decides by STE.EATS.
class AtsTest {

    private static final long EATS_FULL = 1L << 28;

    private final Vm vm = Vm.on("lab");

    private static List<String> commands(Reply reply) {
        return reply.json()
                .path("smmuCommands")
                .valueStream()
                .map(command -> command.path("opcode").asString())
                .toList();
    }

    @Test
    void pageTableOfTheHostTurnsItOn() {
        int ioas = vm.memory();
        int device = vm.bind("0000:01:00.0");

        Reply attached = vm.attach(device, ioas).expect(201);
        Reply unmapped =
                vm.delete("/ioas/" + ioas + "/mappings?iova=0x40000000&length=0x10000000")
                        .expect(200);

        assertThat(commands(attached)).containsExactly("CFGI_STE", "ATC_INV", "SYNC");
        assertThat(commands(unmapped)).contains("ATC_INV");
        assertThat(commands(vm.delete("/devices/" + device + "/attachment").expect(200)))
                .containsExactly("CFGI_STE", "ATC_INV", "SYNC");
    }

    @Test
    void smmuWithoutItKeepsItOff() {
        Http http = vm.http();
        ObjectNode host = (ObjectNode) http.get("/v1/hosts/lab").expect(200).json();
        ((ObjectNode) host.path("smmus").path(0)).put("ats", false);
        http.put("/v1/hosts/lab-without-ats", host.toString()).expect(201);
        String context =
                http.post("/v1/contexts", "{'host':'lab-without-ats'}")
                        .expect(201)
                        .header("Location")
                        .orElseThrow();
        http.post(context + "/ioas", "{}").expect(201);
        http.post(context + "/devices", "{'device':'0000:01:00.0'}").expect(201);

        Reply attached = http.put(context + "/devices/2/attachment", "{'ptId':1}").expect(201);

        assertThat(commands(attached)).containsExactly("CFGI_STE", "SYNC");
    }

    @Test
    void guestDecidesForItsOwnStage1() {
        int ioas = vm.memory();
        int device = vm.bind("0000:01:00.0");
        int parent = vm.parent(device, ioas, "'NEST_PARENT','DIRECT_MSI'");
        int viommu = vm.viommu(device, parent);
        int off = vm.nested(device, ioas, viommu, "0xfffff000", "0x8090000");
        JsonNode ste = vm.get("/hwpts/" + off).expect(200).json().path("ste");
        long word1 = Long.decode(ste.path(1).asString()) | EATS_FULL;
        int on =
                vm.make(
                        "/hwpts",
                        "{'devId':%d,'ptId':%d,'dataType':'ARM_SMMUV3','data':{'ste':['%s','0x%x']}}"
                                .formatted(device, viommu, ste.path(0).asString(), word1));

        List<String> attachedOff = commands(vm.attach(device, off).expect(201));
        List<String> turnedOn = commands(vm.attach(device, on).expect(200));
        vm.put("/devices/" + device + "/msi-target", "{'doorbell':'0x8090040'}").expect(201);
        List<String> movedOn =
                commands(vm.delete("/devices/" + device + "/msi-target").expect(200));
        List<String> turnedOff = commands(vm.attach(device, off).expect(200));
        vm.put("/devices/" + device + "/msi-target", "{'doorbell':'0x8090040'}").expect(201);
        List<String> movedOff =
                commands(vm.delete("/devices/" + device + "/msi-target").expect(200));

        assertThat(attachedOff).doesNotContain("ATC_INV");
        assertThat(turnedOn).contains("ATC_INV");
        assertThat(movedOn).contains("ATC_INV");
        assertThat(turnedOff).contains("ATC_INV");
        assertThat(movedOff).doesNotContain("ATC_INV");
    }
}

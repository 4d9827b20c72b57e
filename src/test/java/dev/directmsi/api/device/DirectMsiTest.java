package dev.directmsi.api.device;

import static dev.directmsi.api.device.Vm.json;
import static org.assertj.core.api.Assertions.assertThat;

import dev.directmsi.api.Reply;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/// Direct MSI from end to end, and the window that it takes the place of.
class DirectMsiTest {

    private static final String DIRECT = "'NEST_PARENT','DIRECT_MSI'";
    private static final String WINDOW = "'NEST_PARENT'";

    private final Vm vm = Vm.on(Vm.GRACE);

    @Test
    void t3GuestDmaApiInDirectMode() {
        int device = vm.nestedDevice(DIRECT, "0xfffff000", "0x8090000");
        String path = "/devices/" + device;

        Reply target = vm.put(path + "/msi-target", "{'frameBase':'0x8080000'}").expect(201);
        Reply vector =
                vm.put(path + "/msi-vectors/0", "{'guestVa':'0xfffff040','guestData':7}")
                        .expect(200);
        Reply written = vm.post(path + "/msi-write", "{'vector':0}").expect(200);

        assertThat(target.json())
                .isEqualTo(
                        json(
                                """
                                {'doorbell':'0x8090040','frameBase':'0x8080000',
                                 'ipaPage':'0x8090000',
                                 'its':'its0','itsPage':'0x22050000',
                                 'effective':true,'smmuCommands':[]}
                                """));
        assertThat(vector.json())
                .isEqualTo(
                        json(
                                """
                                {'index':0,'state':'ACTIVE',
                                 'physicalMessage':{'address':'0x22050040','data':0},
                                 'deviceMessage':{'address':'0xfffff040','data':0},
                                 'addressOrigin':'GUEST','guestVa':'0xfffff040','guestData':7,
                                 'eventId':0,'lpi':8192,'its':'its0','itsDeviceId':256,'masked':false}
                                """));
        assertThat(vm.get(path + "/msi-vectors/0").expect(200).json()).isEqualTo(vector.json());
        assertThat(without(written.json(), "hops"))
                .isEqualTo(
                        json(
                                """
                                {'outcome':'DELIVERED','streamId':256,'message':{'address':'0xfffff040','data':0},
                                 'its':'its0','deviceId':256,'eventId':0,'lpi':8192}
                                """));
        assertThat(written.json().path("hops"))
                .extracting(hop -> hop.path("step").asString())
                .containsExactly(
                        "STE",
                        "CD",
                        "STAGE_1",
                        "STAGE_1",
                        "STAGE_1",
                        "STAGE_1",
                        "STAGE_2",
                        "PA_DECODE",
                        "ITS");
        JsonNode stage1 = written.json().at("/hops/5");
        assertThat(stage1.path("n").asInt()).isEqualTo(6);
        assertThat(stage1.path("level").asInt()).isEqualTo(3);
        assertThat(stage1.path("output").asString()).isEqualTo("0x8090040");
        assertThat(stage1.path("fetches")).isNotEmpty();
        assertThat(written.at("/hops/6/words/0")).isEqualTo("0x60000022050687");
        assertThat(vm.get(path).expect(200).at("/attachment/copy/key")).isEqualTo("smmu0.its0");
        assertThat(vm.get(path).at("/target/effective")).isEqualTo("true");
        assertThat(vm.get(path).at("/irqType")).isEqualTo("MSIX");
    }

    @Test
    void t4GuestVfioInDirectModeWithTheTargetInTheSameCall() {
        int device = vm.nestedDevice(DIRECT, "0x8000000", "0x8090000");
        String path = "/devices/" + device;

        vm.put(
                        path + "/msi-vectors",
                        "{'vectors':[{'index':0,'guestVa':'0x8000040','target':{'doorbell':'0x8090040'}},"
                                + "{'index':3,'guestVa':'0x8000040','masked':true},"
                                + "{'index':5,'guestVa':'0x8000040','enable':false}]}")
                .expect(200);

        assertThat(vm.post(path + "/msi-write", "{'vector':0}").expect(200).at("/outcome"))
                .isEqualTo("DELIVERED");
        assertThat(vm.post(path + "/msi-write", "{'vector':3}").expect(200).json())
                .isEqualTo(json("{'outcome':'MASKED','streamId':256,'hops':[]}"));
        assertThat(vm.post(path + "/msi-write", "{'vector':5}").expect(200).at("/outcome"))
                .isEqualTo("NOT_ISSUED");
        Reply dropped = vm.post(path + "/msi-write", "{'address':'0x8000040','data':9}");
        assertThat(dropped.expect(200).at("/outcome")).isEqualTo("ITS_DROPPED");
        assertThat(dropped.at("/eventId")).isEqualTo("9");
        assertThat(vm.get(path + "/msi-vectors/4").expect(200).json())
                .isEqualTo(json("{'index':4,'state':'EMPTY'}"));
        assertThat(vm.get(path + "/msi-vectors/5").expect(200).json())
                .isEqualTo(
                        json(
                                "{'index':5,'state':'STAGED','guestVa':'0x8000040','guestData':0,'masked':false}"));
        JsonNode some = vm.get(path + "/msi-vectors?limit=2").expect(200).json();
        assertThat(some.path("items"))
                .extracting(v -> v.path("index").asInt())
                .containsExactly(0, 3);
        String cursor = some.path("nextCursor").asString();
        assertThat(vm.get(path + "/msi-vectors?cursor=" + cursor).at("/items/0/index"))
                .isEqualTo("5");
    }

    @Test
    void t2GuestVfioInWindowModeLosesTheInterrupt() {
        int device = vm.nestedDevice(WINDOW, "0x8000000", "0x8090000");
        String path = "/devices/" + device;

        Reply enabled =
                vm.post(path + "/irqs/enable", "{'type':'MSIX','start':0,'count':1}").expect(200);
        Reply written = vm.post(path + "/msi-write", "{'vector':0}").expect(200);

        assertThat(enabled.at("/vectors/0/deviceMessage/address")).isEqualTo("0x8000040");
        assertThat(enabled.at("/vectors/0/addressOrigin")).isEqualTo("WINDOW");
        JsonNode words = json("['0x10000000010','0x28000000000','0x8000040','0x8090000']");
        assertThat(written.at("/outcome")).isEqualTo("FAULT");
        assertThat(written.json().at("/event/words")).isEqualTo(words);
        assertThat(written.at("/event/type")).isEqualTo("F_TRANSLATION");
        assertThat(written.at("/event/stage")).isEqualTo("2");
        assertThat(written.at("/event/fields/ipa")).isEqualTo("0x8090000");
        Reply faults = vm.get("/stage2-faults").expect(200);
        assertThat(faults.json().path("items")).hasSize(1);
        assertThat(faults.json().at("/items/0/words")).isEqualTo(words);
        assertThat(faults.at("/items/0/device")).isEqualTo("0000:01:00.0");
        assertThat(faults.at("/items/0/smmu")).isEqualTo("smmu0");
        String seen = faults.at("/items/0/sequence");
        assertThat(vm.get("/stage2-faults?after=" + seen).expect(200).json())
                .isEqualTo(json("{'items':[]}"));
    }

    @Test
    void t2bMessageIsLostInMemory() {
        int device = vm.nestedDevice(WINDOW, "0x8000000", "0x40300000");
        String path = "/devices/" + device;
        vm.put("/memory/0x7f0000300040", new byte[] {1, 2, 3, 4}).expect(200);

        Reply written = vm.post(path + "/msi-write", "{'address':'0x8000040','data':5}");

        assertThat(without(written.expect(200).json(), "hops"))
                .isEqualTo(
                        json(
                                """
                                {'outcome':'LOST_SILENT','streamId':256,'message':{'address':'0x8000040','data':5},
                                 'pa':'0x880300040','where':'memory'}
                                """));
        assertThat(vm.get("/memory/0x7f0000300040?length=4").bytes()).containsExactly(5, 0, 0, 0);
    }

    @Test
    void faultsAreListedInParts() {
        int device = vm.nestedDevice(WINDOW, "0x8000000", "0x8090000");
        for (int i = 0; i < 3; i++) {
            vm.post("/devices/" + device + "/msi-write", "{'address':'0x8000040','data':" + i + "}")
                    .expect(200);
        }

        JsonNode first = vm.get("/stage2-faults?limit=2").expect(200).json();
        JsonNode rest =
                vm.get("/stage2-faults?limit=2&after=" + first.path("nextCursor").asString())
                        .expect(200)
                        .json();

        assertThat(first.path("items")).hasSize(2);
        assertThat(rest.path("items")).hasSize(1);
        assertThat(rest.has("nextCursor")).isFalse();
    }

    @Test
    void targetComesAndGoes() {
        int device = vm.nestedDevice(DIRECT, "0xfffff000", "0x8090000");
        String target = "/devices/" + device + "/msi-target";
        vm.get(target).expect(404).problem("TARGET_NOT_FOUND");

        vm.put(target, "{'frameBase':'0x8080000','doorbell':'0x8090040'}")
                .expect(422)
                .problem("TARGET_AMBIGUOUS");
        vm.put(target, "{'frameBase':'0x8081000'}").expect(422).problem("TARGET_FRAME_NOT_ALIGNED");
        vm.put("/devices/99/msi-target", "{'frameBase':'0x8080000'}")
                .expect(404)
                .problem("DEVICE_NOT_FOUND");
        vm.put(target, "{'frameBase':'0x40000000'}").expect(409).problem("TARGET_PAGE_MAPPED");
        Reply set = vm.put(target, "{'doorbell':'0x8090040'}").expect(201);
        Reply again = vm.put(target, "{'doorbell':'0x8090040'}").expect(200);
        Reply replaced = vm.put(target, "{'doorbell':'0x8190040'}").expect(200);
        vm.put(target, "{'doorbell':'0x8090040'}").expect(200);

        assertThat(set.header("Location")).hasValue(vm.path(target));
        assertThat(again.json()).isEqualTo(set.json());
        assertThat(replaced.at("/doorbell")).isEqualTo("0x8190040");

        assertThat(vm.get(target).expect(200).json().has("frameBase")).isFalse();
        vm.put("/devices/" + device + "/msi-vectors/1", "{'guestVa':'0xfffff040'}").expect(200);
        vm.delete(target).expect(409).problem("TARGET_BUSY");
        assertThat(
                        vm.post("/devices/" + device + "/irqs/disable", "{'type':'MSIX'}")
                                .expect(200)
                                .json())
                .isEqualTo(json("{'disabledVectors':1}"));
        assertThat(vm.delete(target).expect(200).json().path("smmuCommands"))
                .extracting(command -> command.path("opcode").asString())
                .containsExactly("TLBI_S2_IPA", "TLBI_NH_ALL", "SYNC");
    }

    @Test
    void vectorsAreRefusedByTheRule() {
        int device = vm.nestedDevice(DIRECT, "0xfffff000", "0x8090000");
        String vectors = "/devices/" + device + "/msi-vectors";

        vm.put(vectors + "/0", "{'guestVa':'0xfffff040'}").expect(409).problem("TARGET_NOT_SET");
        vm.put(vectors + "/16", "{'guestVa':'0xfffff040'}")
                .expect(422)
                .problem("VECTOR_INDEX_INVALID");
        JsonNode beyond =
                vm.get(vectors + "/4294967295").expect(422).problem("VECTOR_INDEX_INVALID");
        assertThat(beyond.path("detail").asString()).startsWith("vector 4294967295; ");
        vm.put(vectors + "/0", "{'guestVa':'0xfffff044'}")
                .expect(422)
                .problem("VECTOR_OFFSET_INVALID");
        vm.put(vectors + "/0", "{'guestVa':'0xfffff040','target':{'frameBase':'0x8080000'}}")
                .expect(200);
        vm.delete(vectors + "/0").expect(409).problem("VECTOR_ACTIVE");
        vm.delete("/devices/" + device + "/attachment")
                .expect(409)
                .problem("DETACH_VECTORS_ACTIVE");
        vm.put(vectors + "/0", "{'guestVa':'0xfffff040','enable':false}").expect(200);
        vm.delete(vectors + "/0").expect(204);
        vm.delete(vectors + "/0").expect(204);
    }

    @Test
    void dryRunShowsTheVectorThatWouldBe() {
        int device = vm.nestedDevice(DIRECT, "0xfffff000", "0x8090000");
        String vector = "/devices/" + device + "/msi-vectors/0";

        JsonNode validation =
                vm.put(
                                vector + "?validateOnly=true",
                                "{'guestVa':'0xfffff040','target':{'frameBase':'0x8080000'}}")
                        .expect(200)
                        .json();

        assertThat(validation.path("changes"))
                .extracting(change -> change.path("kind").asString())
                .containsExactly("OBJECT_REPLACED", "VECTOR_ADDED");
        assertThat(validation.at("/changes/0/object/target/doorbell").asString())
                .isEqualTo("0x8090040");
        assertThat(validation.at("/changes/1/object")).isEqualTo(validation.path("reply"));
        assertThat(vm.get(vector).at("/state")).isEqualTo("EMPTY");
    }

    static JsonNode without(JsonNode object, String property) {
        var copy = (tools.jackson.databind.node.ObjectNode) object.deepCopy();
        copy.remove(property);
        return copy;
    }
}

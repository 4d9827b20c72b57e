package dev.directmsi.api;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/// Page tables, their stage-2 copies, vIOMMUs and queues, as they look over HTTP.
class NestingTest {

    private final Http http = RunningService.http();
    private final String context = http.openContext("lab");

    /// IOAS 1 with RAM at IPA 0x40000000, device 2 behind smmu0 and its0, device 3 behind smmu0 and
    /// its1, direct parent 4.
    private void directParent() {
        put("/memory/regions/0x10000000", "{'length':'0x200000'}");
        post("/ioas", "{}");
        post(
                "/ioas/1/mappings",
                "{'userVa':'0x10000000','length':'0x200000','iova':'0x40000000','access':['READ','WRITE']}");
        post("/devices", "{'device':'0000:01:00.0'}");
        post("/devices", "{'device':'0000:02:00.0'}");
        post("/hwpts", "{'devId':2,'ptId':1,'flags':['NEST_PARENT','DIRECT_MSI']}");
    }

    /// The same, with vIOMMU 5, virtual devices 6 and 7, and nested page table 8 that bypasses
    /// stage 1.
    private void nested() {
        directParent();
        post("/viommus", "{'devId':2,'hwptId':4,'type':'ARM_SMMUV3'}");
        post("/vdevices", "{'viommuId':5,'devId':2,'virtId':'0x10'}");
        post("/vdevices", "{'viommuId':5,'devId':3,'virtId':'0x20'}");
        post("/hwpts", "{'devId':2,'ptId':5,'dataType':'ARM_SMMUV3','data':{'ste':['0x9','0x0']}}");
    }

    private Reply post(String path, String json) {
        Reply reply = http.post(context + path, json);
        assertThat(reply.status()).as(reply.text()).isIn(200, 201);
        return reply;
    }

    private Reply put(String path, String json) {
        Reply reply = http.put(context + path, json);
        assertThat(reply.status()).as(reply.text()).isIn(200, 201);
        return reply;
    }

    @Test
    void pageTableShowsWhatItIs() {
        directParent();

        JsonNode hwpt = http.get(context + "/hwpts/4").expect(200).json();

        assertThat(hwpt.path("type").asString()).isEqualTo("HWPT_PAGING");
        assertThat(hwpt.path("flags").toString()).isEqualTo("[\"NEST_PARENT\",\"DIRECT_MSI\"]");
        assertThat(hwpt.path("smmu").asString()).isEqualTo("smmu0");
        assertThat(hwpt.path("ioasId").asInt()).isEqualTo(1);
        assertThat(hwpt.path("copies")).isEmpty();
        assertThat(hwpt.has("vmid")).isFalse();
        assertThat(hwpt.has("ste")).isFalse();
        assertThat(http.get(context + "/ioas/1").json().path("usedBy").toString()).isEqualTo("[4]");
        assertThat(http.get(context + "/objects/4").json().path("references").toString())
                .isEqualTo("[1]");
    }

    @Test
    void nestedPageTableShowsTheGuestsWords() {
        nested();

        JsonNode hwpt = http.get(context + "/hwpts/8").expect(200).json();

        assertThat(hwpt.path("type").asString()).isEqualTo("HWPT_NESTED");
        assertThat(hwpt.path("ste").toString()).isEqualTo("[\"0x9\",\"0x0\"]");
        assertThat(hwpt.path("viommuId").asInt()).isEqualTo(5);
        assertThat(hwpt.path("parentId").asInt()).isEqualTo(4);
        assertThat(hwpt.has("ioasId")).isFalse();
        assertThat(http.get(context + "/hwpts").json().path("items")).hasSize(2);
        assertThat(http.get(context + "/viommus/5").json().path("usedBy").toString())
                .isEqualTo("[6,7,8]");
        assertThat(http.get(context + "/viommus").at("/items/0/viommuType"))
                .isEqualTo("ARM_SMMUV3");
        assertThat(http.get(context + "/vdevices/7").at("/virtId")).isEqualTo("0x20");
        assertThat(http.get(context + "/vdevices").json().path("items")).hasSize(2);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "'flags':['0x1']                    | 201 |",
                "'flags':'0x1'                      | 201 |",
                "'flags':1                          | 201 |",
                "'flags':[1]                        | 201 |",
                "'flags':[]                         | 201 |",
                "'flags':['NEST_PARENT','0x80']     | 501 | FLAGS_UNSUPPORTED",
                "'flags':'0x80000000'               | 501 | FLAGS_UNSUPPORTED",
                "'flags':['DIRECT_MSI']             | 501 | HWPT_FLAGS_UNSUPPORTED",
                "'flags':['NO_SUCH_FLAG']           | 400 | MALFORMED_REQUEST",
                "'flags':['0x100000000']            | 400 | MALFORMED_REQUEST",
                "'flags':'nest_parent'              | 400 | MALFORMED_REQUEST",
                "'flags':[null]                     | 400 | MALFORMED_REQUEST",
                "'dataType':'ARM_SMMUV3'            | 422 | HWPT_DATA_MISMATCH",
                "'dataType':'0x2'                   | 422 | HWPT_DATA_MISMATCH",
                "'dataType':'0x7fffffff'            | 422 | HWPT_DATA_MISMATCH",
                "'dataType':'2','data':{'raw':'AAAA'} | 501 | HWPT_DATA_UNSUPPORTED",
                "'dataType':'2','data':{'raw':'A'}  | 400 | MALFORMED_REQUEST",
                "'dataType':'2','data':{'ste':['0x0']} | 400 | MALFORMED_REQUEST",
                "'dataType':'2','data':{}           | 400 | MALFORMED_REQUEST"
            })
    void flagsAndTypesAreNamesOrNumbers(String properties, int status, String code) {
        post("/ioas", "{}");
        post("/devices", "{'device':'0000:01:00.0'}");

        Reply reply =
                http.post(context + "/hwpts", "{'devId':2,'ptId':1," + properties + "}")
                        .expect(status);

        if (code != null) {
            reply.problem(code);
        }
    }

    @Test
    void copiesAreListedWithMembersAndTables() {
        nested();
        put("/devices/2/msi-target", "{'frameBase':'0x8080000'}");
        put("/devices/3/msi-target", "{'frameBase':'0x8080000'}");
        put("/devices/2/attachment", "{'ptId':8}");
        put("/devices/3/attachment", "{'ptId':8}");

        JsonNode copies = http.get(context + "/hwpts/4/s2-copies").expect(200).json().path("items");
        assertThat(copies).hasSize(2);
        assertThat(copies.get(0).path("key").asString()).isEqualTo("smmu0.its0");
        assertThat(copies.get(0).path("members").toString()).isEqualTo("[\"0000:01:00.0\"]");
        assertThat(copies.get(1).at("/msiPages/0/ipa/first").asString()).isEqualTo("0x8090000");
        assertThat(copies.get(1).at("/msiPages/0/demandedBy/0").asString())
                .isEqualTo("0000:02:00.0");
        assertThat(copies.get(0).path("vmid")).isNotEqualTo(copies.get(1).path("vmid"));

        JsonNode table =
                http.get(context + "/hwpts/4/s2-copies/smmu0.its1/table")
                        .expect(200)
                        .json()
                        .path("items");
        assertThat(table).hasSize(2);
        assertThat(table.get(0).toString())
                .isEqualTo(
                        "{\"first\":\"0x8090000\",\"last\":\"0x8090fff\",\"output\":\"0x70050000\","
                                + "\"access\":[\"WRITE\"],\"its\":\"its1\"}");
        assertThat(table.get(1).path("last").asString()).isEqualTo("0x401fffff");
        assertThat(table.get(1).has("its")).isFalse();

        Reply part = http.get(context + "/hwpts/4/s2-copies/smmu0.its0/table?limit=1").expect(200);
        assertThat(part.at("/nextCursor")).isEqualTo("0x40000000");
        assertThat(
                        http.get(context + "/hwpts/4/s2-copies/smmu0.its0/table?cursor=0x40000000")
                                .json()
                                .path("items"))
                .hasSize(1);
        assertThat(
                        http.get(
                                        context
                                                + "/hwpts/4/s2-copies/smmu0.its0/table?first=0x40001000&last=0x40001000")
                                .at("/items/0/first"))
                .isEqualTo("0x40000000");
        http.get(context + "/hwpts/4/s2-copies/smmu0.none/table")
                .expect(404)
                .problem("S2_COPY_NOT_FOUND");
        http.get(context + "/hwpts/4/s2-copies/smmu0.its0/table?first=0x2&last=0x1").expect(400);
    }

    @Test
    void mappingOverTwoRegionsIsTwoEntries() {
        nested();
        put("/memory/regions/0x10200000", "{'length':'0x200000'}");
        post(
                "/ioas/1/mappings",
                "{'userVa':'0x10100000','length':'0x200000','iova':'0x80000000','access':['READ']}");
        put("/devices/2/attachment", "{'ptId':8}");
        String table = context + "/hwpts/4/s2-copies/smmu0.its0/table?first=0x80000000";

        JsonNode both = http.get(table).expect(200).json().path("items");
        assertThat(both).hasSize(2);
        assertThat(both.get(0).path("last").asString()).isEqualTo("0x800fffff");
        assertThat(both.get(1).path("first").asString()).isEqualTo("0x80100000");

        String cursor = http.get(table + "&limit=1").at("/nextCursor");
        JsonNode second = http.get(table + "&cursor=" + cursor).expect(200).json().path("items");
        assertThat(second).containsExactly(both.get(1));
    }

    @Test
    void guestCommandsArePassedDownUnderTwoPaths() {
        nested();
        put("/devices/2/attachment", "{'ptId':8}");

        Reply done =
                post(
                        "/viommus/5/invalidations",
                        "{'dataType':'ARM_SMMUV3','entries':[['0x10','0x0'],['0x30','0x0']]}");

        assertThat(done.at("/handled")).isEqualTo("2");
        assertThat(done.json().path("smmuCommands")).isNotEmpty();
        assertThat(done.at("/smmuCommands/0/smmu")).isEqualTo("smmu0");
        String raw = "{'raw':'EAAAAAAAAAAAAAAAAAAAAA==','entryLength':16}";
        assertThat(
                        post("/hwpts/5/invalidations", "{'dataType':1,'entries':" + raw + "}")
                                .at("/handled"))
                .isEqualTo("1");
    }

    @Test
    void commandThatIsRefusedSaysHowFarItCame() {
        nested();

        Reply refused =
                http.post(
                                context + "/viommus/5/invalidations",
                                "{'dataType':'ARM_SMMUV3','entries':[['0x10','0x0'],['0xff','0x0'],['0x10','0x0']]}")
                        .expect(422);

        assertThat(refused.problem("INVALIDATE_OPCODE").at("/params/progress").asString())
                .isEqualTo("1");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "[['0x10']]                  | 200",
                "[[]]                        | 400",
                "[['0x1','0x2'],['0x1']]     | 400",
                "[['0x1',null]]              | 400",
                "[null]                      | 400",
                "['0x1']                     | 400",
                "{'raw':'AAAA','entryLength':16} | 400",
                "{'raw':'AAAA','entryLength':0}  | 400",
                "{'raw':'AAAA','length':3}   | 400",
                "{}                          | 400",
                "'0x10'                      | 400",
                "7                           | 400"
            })
    void entriesThatAreNoneAreRefused(String entries, int status) {
        nested();

        http.post(
                        context + "/viommus/5/invalidations",
                        "{'dataType':'ARM_SMMUV3','entries':" + entries + "}")
                .expect(status);
    }

    @Test
    void eventsAreTakenOldestFirst() {
        nested();
        post("/veventqs", "{'viommuId':5,'type':'ARM_SMMUV3','depth':2}");
        post(
                "/hwpts",
                "{'devId':2,'ptId':5,'dataType':'ARM_SMMUV3','data':{'ste':['0x4000000b','0x0']}}");
        put("/devices/2/attachment", "{'ptId':10}");
        for (int i = 0; i < 3; i++) {
            post("/devices/2/dma", "{'access':'READ','iova':'0x1000','length':'0x4'}");
        }

        JsonNode waiting =
                http.get(context + "/veventqs/9/events").expect(200).json().path("items");
        JsonNode taken = post("/veventqs/9/events/read", "{'count':10}").json().path("events");

        assertThat(taken).isEqualTo(waiting).hasSize(3);
        assertThat(taken.get(0).at("/fields/streamId").asString()).isEqualTo("0x10");
        assertThat(taken.get(0).path("words")).hasSize(4);
        assertThat(taken.get(2).path("lost").asBoolean()).isTrue();
        assertThat(post("/veventqs/9/events/read", "{'count':10}").json().path("events")).isEmpty();
        http.post(context + "/veventqs/9/events/read", "{'count':0}")
                .expect(422)
                .problem("READ_COUNT_INVALID");
    }

    @Test
    void queueGoesAfterItsHandle() {
        nested();
        post("/veventqs", "{'viommuId':5,'type':'0x1','depth':8}");
        assertThat(post("/fault-queues", "{}").at("/handleOpen")).isEqualTo("true");

        http.delete(context + "/objects/9").expect(409).problem("HANDLE_OPEN");
        http.delete(context + "/veventqs/9/handle").expect(204);
        http.delete(context + "/veventqs/9/handle").expect(409).problem("HANDLE_CLOSED");
        assertThat(http.get(context + "/veventqs/9").at("/handleOpen")).isEqualTo("false");
        assertThat(http.delete(context + "/objects/9").expect(200).at("/type"))
                .isEqualTo("VEVENTQ");
        http.delete(context + "/fault-queues/10/handle").expect(204);
        http.delete(context + "/objects/10").expect(200);
        assertThat(http.get(context + "/fault-queues").json().path("items")).isEmpty();
    }

    @Test
    void idOfAnotherTypeIsMissing() {
        nested();

        http.get(context + "/hwpts/1").expect(404).problem("HWPT_NOT_FOUND");
        http.get(context + "/ioas/4").expect(404).problem("IOAS_NOT_FOUND");
        http.get(context + "/viommus/6").expect(404).problem("VIOMMU_NOT_FOUND");
        http.get(context + "/vdevices/5").expect(404).problem("VDEVICE_NOT_FOUND");
        http.get(context + "/veventqs/5").expect(404).problem("VEVENTQ_NOT_FOUND");
        http.get(context + "/fault-queues/5").expect(404).problem("FAULT_QUEUE_NOT_FOUND");
        http.get(context + "/hwpts/1/s2-copies").expect(404).problem("HWPT_NOT_FOUND");
        http.get(context + "/devices/4294967295").expect(404).problem("DEVICE_NOT_FOUND");
    }

    @Test
    void dryRunOfAnAttachmentShowsEveryChange() {
        nested();

        JsonNode dry =
                http.put(context + "/devices/2/attachment?validateOnly=true", "{'ptId':8}")
                        .expect(200)
                        .json();

        assertThat(dry.path("changes"))
                .extracting(change -> change.path("kind").asString())
                .contains("RESOURCE_CLAIMED", "OBJECT_REPLACED");
        assertThat(dry.path("changes"))
                .allSatisfy(change -> assertThat(change.path("object")).isNotEmpty());
        assertThat(http.get(context + "/devices/2").json().has("attachment")).isFalse();
    }
}

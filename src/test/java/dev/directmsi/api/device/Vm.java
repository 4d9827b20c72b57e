package dev.directmsi.api.device;

import dev.directmsi.api.Http;
import dev.directmsi.api.Reply;
import dev.directmsi.api.RunningService;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A virtual machine monitor with a context of its own: what most stories begin with, in words.
final class Vm {

    static final String RAM = "0x7f0000000000";
    static final String GRACE = "nvidia-grace";
    static final String FIRST = "0000:01:00.0";

    private final Http http = RunningService.http();
    private final String context;

    private Vm(String preset) {
        this.context = http.openContext(preset);
    }

    static Vm on(String preset) {
        return new Vm(preset);
    }

    Http http() {
        return http;
    }

    String path(String path) {
        return context + path;
    }

    Reply get(String path) {
        return http.get(context + path);
    }

    Reply post(String path, String json, String... headers) {
        return http.post(context + path, json, headers);
    }

    Reply put(String path, String json, String... headers) {
        return http.put(context + path, json, headers);
    }

    Reply put(String path, byte[] body) {
        return http.put(context + path, body);
    }

    Reply delete(String path) {
        return http.delete(context + path);
    }

    /// JSON with apostrophes for quotes.
    static JsonNode json(String text) {
        return JsonMapper.shared().readTree(text.replace('\'', '"'));
    }

    /// Makes an object and answers its id.
    int make(String path, String json) {
        return post(path, json).expect(201).json().path("id").asInt();
    }

    int bind(String device) {
        return make("/devices", "{'device':'" + device + "'}");
    }

    /// An address space with 256 MiB of memory at 0x40000000.
    int memory() {
        put("/memory/regions/" + RAM, "{'length':'0x10000000'}").expect(201);
        int ioas = make("/ioas", "{}");
        post(
                        "/ioas/" + ioas + "/mappings",
                        "{'userVa':'"
                                + RAM
                                + "','length':'0x10000000','iova':'0x40000000','access':['READ','WRITE']}")
                .expect(201);
        return ioas;
    }

    /// A nest parent for a device.
    int parent(int device, int ioas, String flags) {
        return make("/hwpts", "{'devId':%d,'ptId':%d,'flags':[%s]}".formatted(device, ioas, flags));
    }

    /// A vIOMMU with a virtual device on it.
    int viommu(int device, int parent) {
        int viommu =
                make(
                        "/viommus",
                        "{'devId':%d,'hwptId':%d,'type':'ARM_SMMUV3'}".formatted(device, parent));
        make("/vdevices", "{'viommuId':%d,'devId':%d,'virtId':'0x10'}".formatted(viommu, device));
        return viommu;
    }

    /// Writes a stage 1 with one mapping of a page and makes a nested page table of it.
    int nested(int device, int ioas, int viommu, String va, String ipa) {
        JsonNode ste =
                post(
                                "/memory/build-stage1",
                                """
                                {'ioasId':%d,'cdTableIpa':'0x40100000','tablesIpa':'0x40200000','granule':'4K',
                                 'contexts':[{'mappings':[{'va':'%s','ipa':'%s','length':'0x1000','access':['WRITE']}]}]}
                                """
                                        .formatted(ioas, va, ipa))
                        .expect(200)
                        .json()
                        .path("ste");
        return make(
                "/hwpts",
                "{'devId':%d,'ptId':%d,'dataType':'ARM_SMMUV3','data':{'ste':%s}}"
                        .formatted(device, viommu, ste));
    }

    /// A device on a nested page table, whose guest maps one page of addresses.
    int nestedDevice(String flags, String va, String ipa) {
        int ioas = memory();
        int device = bind(FIRST);
        int parent = parent(device, ioas, flags);
        int nested = nested(device, ioas, viommu(device, parent), va, ipa);
        attach(device, nested).expect(201);
        return device;
    }

    Reply attach(int device, int pt) {
        return put("/devices/" + device + "/attachment", "{'ptId':" + pt + "}");
    }
}

package dev.directmsi.clients;

import dev.directmsi.vmm.client.ApiClient;
import dev.directmsi.vmm.client.ApiException;
import dev.directmsi.vmm.client.api.AccessesApi;
import dev.directmsi.vmm.client.api.ContextsApi;
import dev.directmsi.vmm.client.api.DevicesApi;
import dev.directmsi.vmm.client.api.HwptsApi;
import dev.directmsi.vmm.client.api.InterruptsApi;
import dev.directmsi.vmm.client.api.IoasApi;
import dev.directmsi.vmm.client.api.MemoryApi;
import dev.directmsi.vmm.client.api.VdevicesApi;
import dev.directmsi.vmm.client.api.ViommusApi;
import dev.directmsi.vmm.client.model.AccessFlag;
import dev.directmsi.vmm.client.model.AllowIovasRequest;
import dev.directmsi.vmm.client.model.AttachRequest;
import dev.directmsi.vmm.client.model.BindRequest;
import dev.directmsi.vmm.client.model.BuildStage1Request;
import dev.directmsi.vmm.client.model.BuildStage1Stage1Context;
import dev.directmsi.vmm.client.model.BuildStage1Stage1Mapping;
import dev.directmsi.vmm.client.model.DriverDataRequest;
import dev.directmsi.vmm.client.model.ExplainRequest;
import dev.directmsi.vmm.client.model.HwptAllocRequest;
import dev.directmsi.vmm.client.model.MapRequest;
import dev.directmsi.vmm.client.model.MsiTargetRequest;
import dev.directmsi.vmm.client.model.MsiWriteRequest;
import dev.directmsi.vmm.client.model.OpenContextRequest;
import dev.directmsi.vmm.client.model.Problem;
import dev.directmsi.vmm.client.model.Range;
import dev.directmsi.vmm.client.model.RegionRequest;
import dev.directmsi.vmm.client.model.Validation;
import dev.directmsi.vmm.client.model.VdeviceAllocRequest;
import dev.directmsi.vmm.client.model.VectorRequest;
import dev.directmsi.vmm.client.model.ViommuAllocRequest;
import java.io.IOException;
import java.math.BigInteger;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import tools.jackson.databind.ObjectMapper;

/// The script of `src/test/clients/README.md` in Java.
final class JavaScript {

    private static final List<String> READ_WRITE = List.of("READ", "WRITE");

    private final StringBuilder transcript = new StringBuilder();
    private final URI service;
    private final String token;
    private final ObjectMapper json;
    private final ContextsApi contexts;
    private final MemoryApi memory;
    private final IoasApi ioas;
    private final DevicesApi devices;
    private final HwptsApi hwpts;
    private final ViommusApi viommus;
    private final VdevicesApi vdevices;
    private final InterruptsApi interrupts;
    private final AccessesApi accesses;

    private JavaScript(URI service, String token) {
        var client = new ApiClient();
        client.updateBaseUri(service.toString());
        client.setRequestInterceptor(request -> request.header("Authorization", "Bearer " + token));
        this.service = service;
        this.token = token;
        json = client.getObjectMapper();
        contexts = new ContextsApi(client);
        memory = new MemoryApi(client);
        ioas = new IoasApi(client);
        devices = new DevicesApi(client);
        hwpts = new HwptsApi(client);
        viommus = new ViommusApi(client);
        vdevices = new VdevicesApi(client);
        interrupts = new InterruptsApi(client);
        accesses = new AccessesApi(client);
    }

    /// Runs it.
    static String transcript(URI service, String token)
            throws ApiException, IOException, InterruptedException {
        var script = new JavaScript(service, token);
        script.run();
        return script.transcript.toString();
    }

    private void show(String step, Object answer) {
        Object value = json.readValue(json.writeValueAsBytes(answer), Object.class);
        transcript
                .append(step)
                .append(' ')
                .append(json.writeValueAsString(sorted(value)))
                .append('\n');
    }

    private static Object sorted(Object value) {
        return switch (value) {
            case Map<?, ?> map -> {
                var sorted = new TreeMap<String, Object>();
                map.forEach((name, part) -> sorted.put((String) name, sorted(part)));
                yield sorted;
            }
            case List<?> list -> list.stream().map(JavaScript::sorted).toList();
            default -> value;
        };
    }

    @FunctionalInterface
    private interface Call {
        void run() throws ApiException;
    }

    /// What a call is refused with, as the client reads it.
    private Problem problem(Call call) {
        try {
            call.run();
        } catch (ApiException refused) {
            return json.readValue(refused.getResponseBody(), Problem.class);
        }
        throw new AssertionError("was not refused");
    }

    private static SortedSet<BigInteger> values() {
        var values = new TreeSet<BigInteger>();
        for (int bits : new int[] {0, 1, 31, 32, 53, 63, 64}) {
            BigInteger power = BigInteger.TWO.pow(bits);
            Stream.of(power.subtract(BigInteger.ONE), power, power.add(BigInteger.ONE))
                    .filter(value -> value.bitLength() <= 64)
                    .forEach(values::add);
        }
        return values;
    }

    private static List<String> spellings(BigInteger value) {
        String digits = value.toString(16);
        return List.of(
                "0x" + digits,
                "0x" + digits.toUpperCase(Locale.ROOT),
                "0X" + digits,
                "0x0000" + digits,
                value.toString(),
                "000" + value);
    }

    private void run() throws ApiException, IOException, InterruptedException {
        var opened =
                contexts.openContext(
                        null,
                        null,
                        null,
                        new OpenContextRequest().host("nvidia-grace").name("script"));
        show("open", opened);
        long ctx = opened.getId();

        show(
                "region",
                memory.createRegion(
                        ctx,
                        "0x7f0000000000",
                        new RegionRequest().length("0x10000000"),
                        null,
                        null,
                        null));
        var space = ioas.allocIoas(ctx, null, null, null, null);
        show("ioas", space);
        var ram =
                new MapRequest()
                        .userVa("0x7f0000000000")
                        .length("0x10000000")
                        .iova("0x40000000")
                        .access(READ_WRITE);
        show("would map", wouldMap(ctx, space.getId(), ram));
        show("map", ioas.mapPages(ctx, space.getId(), ram, null, null, null));
        show(
                "mappings",
                ioas.listMappings(ctx, space.getId(), "0x40000000", null, 10L, null, null));

        var device =
                devices.bindDevice(ctx, new BindRequest().device("0000:01:00.0"), null, null, null);
        show("device", device);
        long dev = device.getId();
        var parent =
                hwpts.allocHwpt(
                        ctx,
                        new HwptAllocRequest()
                                .devId(dev)
                                .ptId(space.getId())
                                .flags(List.of("NEST_PARENT", "DIRECT_MSI")),
                        null,
                        null,
                        null);
        show("nest parent", parent);
        var viommu =
                viommus.allocViommu(
                        ctx,
                        new ViommuAllocRequest()
                                .devId(dev)
                                .hwptId(parent.getId())
                                .type("ARM_SMMUV3"),
                        null,
                        null,
                        null);
        show("viommu", viommu);
        show(
                "vdevice",
                vdevices.allocVdevice(
                        ctx,
                        new VdeviceAllocRequest()
                                .viommuId(viommu.getId())
                                .devId(dev)
                                .virtId("0x10"),
                        null,
                        null,
                        null));
        var stage1 = memory.buildStage1(ctx, stage1(space.getId()), null, null, null);
        show("stage 1", stage1);
        var nested =
                hwpts.allocHwpt(
                        ctx,
                        new HwptAllocRequest()
                                .devId(dev)
                                .ptId(viommu.getId())
                                .dataType("ARM_SMMUV3")
                                .data(new DriverDataRequest().ste(stage1.getSte())),
                        null,
                        null,
                        null);
        show("nested", nested);
        show(
                "attachment",
                devices.attachDevice(
                        ctx, dev, new AttachRequest().ptId(nested.getId()), null, null, null));

        show(
                "target",
                interrupts.setMsiTarget(
                        ctx, dev, new MsiTargetRequest().frameBase("0x8080000"), null, null, null));
        show(
                "vector",
                interrupts.setMsiVector(
                        ctx, dev, 0L, new VectorRequest().guestVa("0x8000040"), null, null, null));
        show("copies", hwpts.listS2Copies(ctx, parent.getId(), null));
        show(
                "table",
                hwpts.listS2Table(ctx, parent.getId(), "smmu0.its0", null, null, null, null, null));

        show(
                "write",
                accesses.writeMsi(ctx, dev, new MsiWriteRequest().vector(0L), null, null, null));
        show(
                "explain",
                accesses.explainAccess(
                        ctx,
                        dev,
                        new ExplainRequest().access(AccessFlag.READ).address("0x8000000"),
                        null));

        var doorbell =
                new MapRequest()
                        .userVa("0x7f0000000000")
                        .length("0x1000")
                        .iova("0x8090000")
                        .access(List.of("READ"));
        show(
                "refused",
                problem(() -> ioas.mapPages(ctx, space.getId(), doorbell, null, null, null)));

        values().forEach(value -> sweep(ctx, space.getId(), value));

        contexts.closeContext(ctx, null, null, null);
        show("closed", problem(() -> contexts.getContext(ctx, null)));
    }

    private static BuildStage1Request stage1(long ioasId) {
        var mapping =
                new BuildStage1Stage1Mapping()
                        .va("0x8000000")
                        .ipa("0x8090000")
                        .length("0x1000")
                        .access(Set.of(AccessFlag.READ, AccessFlag.WRITE));
        return new BuildStage1Request()
                .ioasId(ioasId)
                .cdTableIpa("0x40100000")
                .tablesIpa("0x40200000")
                .granule("4K")
                .contexts(List.of(new BuildStage1Stage1Context().mappings(List.of(mapping))));
    }

    /// The generated method reads the answer to a dry run as that of a real one.
    private Validation wouldMap(long ctx, long ioasId, MapRequest request)
            throws IOException, InterruptedException {
        String path = "/v1/contexts/" + ctx + "/ioas/" + ioasId + "/mappings?validateOnly=true";
        try (HttpClient http = HttpClient.newHttpClient()) {
            byte[] body =
                    http.send(
                                    HttpRequest.newBuilder(service.resolve(path))
                                            .header("Content-Type", "application/json")
                                            .header("Authorization", "Bearer " + token)
                                            .POST(
                                                    HttpRequest.BodyPublishers.ofByteArray(
                                                            json.writeValueAsBytes(request)))
                                            .build(),
                                    BodyHandlers.ofByteArray())
                            .body();
            return json.readValue(body, Validation.class);
        }
    }

    private void sweep(long ctx, long ioasId, BigInteger value) {
        String text = "0x" + value.toString(16);
        var allowed = new AllowIovasRequest().ranges(List.of(new Range().first(text).last("0x0")));
        var echoes = new ArrayList<String>();
        echoes.add(param("first", () -> ioas.allowIovas(ctx, ioasId, allowed, null, null, null)));
        for (String iova : spellings(value)) {
            echoes.add(param("iova", () -> ioas.getMapping(ctx, ioasId, iova, null)));
            echoes.add(
                    param(
                            "first",
                            () -> ioas.unmapPages(ctx, ioasId, iova, "0x1", null, null, null)));
        }
        transcript.append(
                "u64 %s echoed %d times as %s\n"
                        .formatted(text, echoes.size(), String.join(" ", new TreeSet<>(echoes))));
    }

    private String param(String name, Call call) {
        return String.valueOf(problem(call).getParams().get(name));
    }
}

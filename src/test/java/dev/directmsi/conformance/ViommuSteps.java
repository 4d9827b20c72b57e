package dev.directmsi.conformance;

import java.util.Arrays;
import java.util.Map;
import java.util.stream.IntStream;
import tools.jackson.databind.JsonNode;

/// What a device's IOMMU is, and what a guest gets of it.
final class ViommuSteps {

    private static final int INPUT_TYPE = 1;
    private static final int SHOWN = 256;

    /// Bits of out_capabilities.
    private static final Map<String, Integer> CAPABILITIES =
            Map.of(
                    "DIRTY_TRACKING", 1,
                    "PCI_PASID_EXEC", 2,
                    "PCI_PASID_PRIV", 4,
                    "PCI_ATS_NOT_SUPPORTED", 8);

    private ViommuSteps() {}

    static Map<String, Step> steps() {
        return Map.of(
                "GET_HW_INFO", ViommuSteps::hwInfo,
                "VIOMMU_ALLOC", ViommuSteps::viommu,
                "VDEVICE_ALLOC", ViommuSteps::vdevice,
                "HW_QUEUE_ALLOC", ViommuSteps::hwQueue);
    }

    private static Result hwInfo(Operation operation, Session session) {
        int room = (int) Math.min(operation.number("data_len"), SHOWN);
        if (room > 0 && !ProcessMemory.isReadable(operation, "data_uptr")) {
            return Result.no(Inexpressible.POINTER);
        }
        long flags = operation.number("flags");
        String path = "/devices/" + session.id(operation, "dev_id") + "/hw-info";
        String query = (flags & INPUT_TYPE) == 0 ? "" : "&type=" + operation.hex("in_data_type");
        if ((flags & ~INPUT_TYPE) != 0) {
            query += "&flags=" + Operation.hex(flags & ~INPUT_TYPE);
        }
        return session.get(path + query.replaceFirst("^&", "?"))
                .result(shown ->
                        Result.of(
                                "data_len",
                                shown.at("dataLength"),
                                "out_data_type",
                                typeOf(shown.at("type").asString()),
                                "out_max_pasid_log2",
                                shown.at("maxPasidLog2"),
                                "out_capabilities",
                                capabilities(shown.at("capabilities")),
                                "data",
                                Payload.hex(Arrays.copyOf(data(shown.json()), room))));
    }

    private static long typeOf(String type) {
        return switch (type) {
            case "ARM_SMMUV3" -> 2L;
            case "SELFTEST" -> 0xfeedbeefL;
            default -> Long.decode(type);
        };
    }

    private static String capabilities(JsonNode names) {
        return Operation.hex(
                names.valueStream()
                        .mapToLong(name -> CAPABILITIES.getOrDefault(name.asString(), 1 << 31))
                        .sum());
    }

    private static byte[] data(JsonNode info) {
        return Payload.bytesOf(info.at("/data/raw").asString());
    }

    private static Result viommu(Operation operation, Session session) {
        byte[] data = Payload.bytes(operation, operation.number("data_len")).orElse(null);
        if (data == null) {
            return Result.no(Inexpressible.POINTER);
        }
        return session.post(
                        "/viommus",
                        "devId",
                        session.id(operation, "dev_id"),
                        "hwptId",
                        session.id(operation, "hwpt_id"),
                        "type",
                        operation.hex("type"),
                        "flags",
                        IoasSteps.flags(operation),
                        "data",
                        Payload.raw(data))
                .result(made ->
                        Result.of(
                                "out_viommu_id",
                                made.at("id"),
                                "data",
                                filled(operation, data, made.json())));
    }

    /// The process's structure after the driver has written its part of it.
    private static Object filled(Operation operation, byte[] given, JsonNode made) {
        JsonNode raw = made.path("data").path("raw");
        byte[] bytes = raw.isString() ? Payload.bytesOf(raw.asString()) : given;
        int width = (int) Math.max(1, operation.number("data_width"));
        return IntStream.range(0, bytes.length / width)
                .mapToObj(i -> Operation.hex(word(bytes, i * width, width)))
                .toList();
    }

    private static long word(byte[] bytes, int at, int width) {
        long word = 0;
        for (int i = width - 1; i >= 0; i--) {
            word = word << Byte.SIZE | Byte.toUnsignedLong(bytes[at + i]);
        }
        return word;
    }

    private static Result vdevice(Operation operation, Session session) {
        return session.post(
                        "/vdevices",
                        "viommuId",
                        session.id(operation, "viommu_id"),
                        "devId",
                        session.id(operation, "dev_id"),
                        "virtId",
                        operation.hex("virt_id"))
                .result(made -> Result.of("out_vdevice_id", made.at("id")));
    }

    private static Result hwQueue(Operation operation, Session session) {
        return session.post(
                        "/hw-queues",
                        "viommuId",
                        session.id(operation, "viommu_id"),
                        "type",
                        operation.hex("type"),
                        "index",
                        operation.number("index"),
                        "nestingParentIova",
                        operation.hex("nesting_parent_iova"),
                        "length",
                        operation.hex("length"),
                        "flags",
                        IoasSteps.flags(operation))
                .result(made -> Result.of("out_hw_queue_id", made.at("id")));
    }
}

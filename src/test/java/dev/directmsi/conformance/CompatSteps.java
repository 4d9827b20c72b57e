package dev.directmsi.conformance;

import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The older interface of VFIO containers, which an iommufd speaks too.
final class CompatSteps {

    private static final int GET_API_VERSION = 0;
    private static final int CHECK_EXTENSION = 1;
    private static final int SET_IOMMU = 2;

    private static final int MAP_BYTES = 32;
    private static final int UNMAP_BYTES = 24;
    private static final int INFO_BYTES = 16;

    private static final Pattern BYTES = Pattern.compile("(\\d+) bytes");

    private CompatSteps() {}

    static Map<String, Step> steps() {
        return Map.of(
                "VFIO_API", CompatSteps::api,
                "VFIO_MAP_DMA", CompatSteps::map,
                "VFIO_UNMAP_DMA", CompatSteps::unmap,
                "VFIO_GET_IOMMU_INFO", CompatSteps::info);
    }

    private static Result api(Operation operation, Session session) {
        long value = operation.number("value");
        return switch ((int) operation.number("nr")) {
            case GET_API_VERSION ->
                    session.get("/selftest/vfio/api-version")
                            .result(shown -> Result.of("ret", shown.at("version")));
            case CHECK_EXTENSION ->
                    session.get("/selftest/vfio/extensions/" + value)
                            .result(shown -> Result.of("ret", shown.at("value")));
            case SET_IOMMU ->
                    session.put("/selftest/vfio/iommu", "type", value)
                            .result(_ -> Result.of("ret", 0));
            default -> Result.no(Inexpressible.SELECTOR);
        };
    }

    private static Result map(Operation operation, Session session) {
        if (operation.number("argsz") < MAP_BYTES) {
            return Result.no(Inexpressible.VFIO_STRUCTURE);
        }
        return session.post(
                        "/selftest/vfio/map-dma",
                        "flags",
                        operation.hex("flags"),
                        "vaddr",
                        operation.hex("vaddr"),
                        "iova",
                        operation.hex("iova"),
                        "length",
                        operation.hex("length"))
                .result();
    }

    private static Result unmap(Operation operation, Session session) {
        if (operation.number("argsz") < UNMAP_BYTES) {
            return Result.no(Inexpressible.VFIO_STRUCTURE);
        }
        Answer answer =
                session.post(
                        "/selftest/vfio/unmap-dma",
                        "flags",
                        operation.hex("flags"),
                        "iova",
                        operation.hex("iova"),
                        "length",
                        operation.hex("length"));
        return answer.succeeded()
                ? Result.of("length", answer.at("length"))
                : Result.refused(answer.errno(), "length", unmapped(answer));
    }

    /// What was unmapped before the refusal, which this interface tells, unlike the newer one.
    private static String unmapped(Answer refusal) {
        Matcher bytes = BYTES.matcher(refusal.at("params").path("progress").asString(""));
        return Operation.hex(bytes.find() ? Long.parseLong(bytes.group(1)) : 0);
    }

    /// Capabilities are a chain in a buffer of the process; what they say is IOVA_RANGES.
    private static Result info(Operation operation, Session session) {
        if (operation.number("argsz") < INFO_BYTES) {
            return Result.no(Inexpressible.VFIO_STRUCTURE);
        }
        return session.get("/selftest/vfio/iommu-info")
                .result(shown -> Result.of("iova_pgsizes", shown.at("iovaPgsizes")));
    }
}

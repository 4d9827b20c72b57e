package dev.directmsi.conformance;

import java.util.Map;

/// Devices of the kernel's test driver.
final class MockSteps {

    private MockSteps() {}

    static Map<String, Step> steps() {
        return Map.ofEntries(
                Map.entry("TEST_MOCK_DOMAIN", MockSteps::create),
                Map.entry("TEST_MOCK_DOMAIN_FLAGS", MockSteps::create),
                Map.entry("TEST_MOCK_DOMAIN_REPLACE", MockSteps::replace),
                Map.entry("TEST_PASID_ATTACH", MockSteps::attachPasid),
                Map.entry("TEST_PASID_REPLACE", MockSteps::replacePasid),
                Map.entry("TEST_PASID_DETACH", MockSteps::detachPasid),
                Map.entry("TEST_PASID_CHECK_HWPT", MockSteps::checkPasid),
                Map.entry("TEST_ADD_RESERVED", MockSteps::reserve),
                Map.entry("TEST_MD_CHECK_MAP", MockSteps::checkMap),
                Map.entry("TEST_MD_CHECK_REFS", MockSteps::checkRefs),
                Map.entry("TEST_MD_CHECK_IOTLB", MockSteps::checkIotlb),
                Map.entry("TEST_DEV_CHECK_CACHE", MockSteps::checkCache),
                Map.entry("TEST_DIRTY", MockSteps::dirty),
                Map.entry("TEST_TRIGGER_IOPF", MockSteps::pageRequest),
                Map.entry("TEST_TRIGGER_VEVENT", MockSteps::event));
    }

    private static Result create(Operation operation, Session session) {
        return session.post(
                        "/selftest/mock-domains",
                        "ptId",
                        session.id(operation, "id"),
                        "devFlags",
                        operation.has("dev_flags")
                                ? operation.number("dev_flags")
                                : Session.Absent.ABSENT)
                .result(made ->
                        Result.of(
                                "out_stdev_id", made.at("stdevId"),
                                "out_idev_id", made.at("deviceId"),
                                "out_hwpt_id", made.at("hwptId")));
    }

    private static Result replace(Operation operation, Session session) {
        return session.put(
                        mock(operation, session) + "/attachment",
                        "ptId",
                        session.id(operation, "pt_id"))
                .result(done -> Result.of("pt_id", done.at("hwptId")));
    }

    private static Result attachPasid(Operation operation, Session session) {
        return session.post(
                        pasid(operation, session) + "/attachment",
                        "ptId",
                        session.id(operation, "pt_id"))
                .result(done -> Result.of("pt_id", done.at("hwptId")));
    }

    private static Result replacePasid(Operation operation, Session session) {
        return session.put(
                        pasid(operation, session) + "/attachment",
                        "ptId",
                        session.id(operation, "pt_id"))
                .result(done -> Result.of("pt_id", done.at("hwptId")));
    }

    private static Result detachPasid(Operation operation, Session session) {
        return session.delete(pasid(operation, session) + "/attachment").result();
    }

    private static Result checkPasid(Operation operation, Session session) {
        return session.post(
                        pasid(operation, session) + "/check-hwpt",
                        "hwptId",
                        session.id(operation, "hwpt_id"))
                .result();
    }

    private static String mock(Operation operation, Session session) {
        return "/selftest/mock-domains/" + session.id(operation, "id");
    }

    private static String pasid(Operation operation, Session session) {
        return mock(operation, session) + "/pasids/" + operation.number("pasid");
    }

    private static Result reserve(Operation operation, Session session) {
        return session.post(
                        "/selftest/ioas/" + session.id(operation, "id") + "/reserved",
                        "start",
                        operation.hex("start"),
                        "length",
                        operation.hex("length"))
                .result();
    }

    private static Result checkMap(Operation operation, Session session) {
        return session.post(
                        hwpt(operation, session) + "/check-map",
                        "iova",
                        operation.hex("iova"),
                        "length",
                        operation.hex("length"),
                        "userVa",
                        operation.hex("uptr"))
                .result();
    }

    private static Result checkRefs(Operation operation, Session session) {
        return session.post(
                        "/selftest/check-refs",
                        "userVa",
                        operation.hex("uptr"),
                        "length",
                        operation.hex("length"),
                        "refs",
                        operation.number("refs"))
                .result();
    }

    private static Result checkIotlb(Operation operation, Session session) {
        return session.post(
                        hwpt(operation, session) + "/check-iotlb",
                        "iotlbId",
                        operation.number("iotlb_id"),
                        "iotlb",
                        operation.number("iotlb"))
                .result();
    }

    private static String hwpt(Operation operation, Session session) {
        return "/selftest/hwpts/" + session.id(operation, "id");
    }

    private static Result checkCache(Operation operation, Session session) {
        return session.post(
                        "/selftest/devices/" + session.id(operation, "id") + "/check-cache",
                        "cacheId",
                        operation.number("cache_id"),
                        "cache",
                        operation.number("cache"))
                .result();
    }

    private static Result dirty(Operation operation, Session session) {
        if (!ProcessMemory.isReadable(operation, "uptr")) {
            return Result.no(Inexpressible.POINTER);
        }
        return session.post(
                        hwpt(operation, session) + "/dirty",
                        "iova",
                        operation.hex("iova"),
                        "length",
                        operation.hex("length"),
                        "pageSize",
                        operation.hex("page_size"),
                        "flags",
                        operation.hex("flags"),
                        "dirtyPages",
                        operation.words("bits").toList())
                .result(done -> Result.of("out_nr_dirty", Operation.hex(done.number("dirty"))));
    }

    private static Result pageRequest(Operation operation, Session session) {
        return session.post(
                        device(operation, session) + "/page-requests",
                        "pasid",
                        operation.number("pasid"),
                        "grpid",
                        operation.number("grpid"),
                        "perm",
                        operation.number("perm"),
                        "addr",
                        operation.hex("addr"))
                .result();
    }

    private static Result event(Operation operation, Session session) {
        return session.post(device(operation, session) + "/vevents").result();
    }

    private static String device(Operation operation, Session session) {
        return "/selftest/devices/" + session.id(operation, "dev_id");
    }
}

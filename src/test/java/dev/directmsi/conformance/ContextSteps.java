package dev.directmsi.conformance;

import java.util.Map;

/// Options, and what concerns a context as a whole.
final class ContextSteps {

    private static final int RLIMIT_MODE = 0;
    private static final int HUGE_PAGES = 1;

    private static final int OPTION_SET = 0;
    private static final int OPTION_GET = 1;

    private static final int IOAS_GET = 0;
    private static final int IOAS_SET = 1;
    private static final int IOAS_CLEAR = 2;

    private ContextSteps() {}

    static Map<String, Step> steps() {
        return Map.of(
                "OPTION", ContextSteps::option,
                "VFIO_IOAS", ContextSteps::vfioIoas,
                "IOAS_CHANGE_PROCESS", ContextSteps::changeProcess);
    }

    private static Result option(Operation operation, Session session) {
        long option = operation.number("option_id");
        String path;
        if (option == HUGE_PAGES) {
            path = "/ioas/" + session.id(operation, "object_id") + "/options/huge-pages";
        } else if (option == RLIMIT_MODE && operation.number("object_id") == 0) {
            path = "/options/rlimit-mode";
        } else {
            return Result.no(Inexpressible.SELECTOR);
        }
        return switch ((int) operation.number("op")) {
            case OPTION_GET ->
                    session.get(path).result(shown -> Result.of("val64", shown.at("value")));
            case OPTION_SET ->
                    session.put(path, "value", operation.hex("val64"))
                            .result(_ -> Result.of("val64", operation.hex("val64")));
            default -> Result.no(Inexpressible.SELECTOR);
        };
    }

    private static Result vfioIoas(Operation operation, Session session) {
        return switch ((int) operation.number("op")) {
            case IOAS_GET ->
                    session.get("/vfio-ioas")
                            .result(shown -> Result.of("ioas_id", shown.at("ioasId")));
            case IOAS_SET ->
                    session.put("/vfio-ioas", "ioasId", session.id(operation, "ioas_id"))
                            .result(_ -> Result.of("ioas_id", session.id(operation, "ioas_id")));
            case IOAS_CLEAR ->
                    session.delete("/vfio-ioas")
                            .result(_ -> Result.of("ioas_id", session.id(operation, "ioas_id")));
            default -> Result.no(Inexpressible.SELECTOR);
        };
    }

    private static Result changeProcess(Operation operation, Session session) {
        return session.post("/change-process").result();
    }
}

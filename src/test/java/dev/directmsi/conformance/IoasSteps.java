package dev.directmsi.conformance;

import dev.directmsi.conformance.Session.Absent;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import tools.jackson.databind.JsonNode;

/// Address spaces and their mappings.
final class IoasSteps {

    private static final int FIXED = 1;
    private static final int WRITEABLE = 2;
    private static final int READABLE = 4;
    private static final int ACCESS = WRITEABLE | READABLE;

    private IoasSteps() {}

    static Map<String, Step> steps() {
        return Map.of(
                "IOAS_ALLOC", IoasSteps::alloc,
                "DESTROY", IoasSteps::destroy,
                "IOAS_IOVA_RANGES", IoasSteps::ranges,
                "IOAS_ALLOW_IOVAS", IoasSteps::allow,
                "IOAS_MAP", IoasSteps::map,
                "IOAS_MAP_FILE", IoasSteps::mapFile,
                "IOAS_COPY", IoasSteps::copy,
                "IOAS_UNMAP", IoasSteps::unmap);
    }

    private static Result alloc(Operation operation, Session session) {
        return session.post("/ioas", "flags", flags(operation))
                .result(made -> Result.of("out_ioas_id", made.at("id")));
    }

    private static Result destroy(Operation operation, Session session) {
        return session.delete("/objects/" + session.id(operation, "id")).result();
    }

    /// The ranges that did not fit the process's array are not in the recording.
    private static Result ranges(Operation operation, Session session) {
        long room = operation.number("num_iovas");
        if (room > 0 && !ProcessMemory.isReadable(operation, "allowed_iovas")) {
            return Result.no(Inexpressible.POINTER);
        }
        Answer answer = session.get("/ioas/" + session.id(operation, "ioas_id") + "/iova-ranges");
        return answer.result(shown -> {
            JsonNode all = shown.at("ranges");
            List<List<String>> fitting =
                    all.valueStream().limit(room).map(IoasSteps::bounds).toList();
            Object[] out = {
                "num_iovas",
                (long) all.size(),
                "out_iova_alignment",
                shown.at("alignment"),
                "ranges",
                fitting
            };
            return all.size() > room ? Result.refused("EMSGSIZE", out) : Result.of(out);
        });
    }

    private static List<String> bounds(JsonNode range) {
        return List.of(range.path("first").asString(), range.path("last").asString());
    }

    private static Result allow(Operation operation, Session session) {
        int count = (int) operation.number("num_iovas");
        JsonNode given = operation.in("ranges");
        if (count > given.size()) {
            return Result.no(Inexpressible.POINTER);
        }
        return session.put(
                        "/ioas/" + session.id(operation, "ioas_id") + "/allowed-iovas",
                        "ranges",
                        IntStream.range(0, count)
                                .mapToObj(given::get)
                                .map(range -> Map.of("first", range.get(0), "last", range.get(1)))
                                .toList())
                .result();
    }

    private static Result map(Operation operation, Session session) {
        return session.post(
                        mappings(operation, session, "ioas_id"),
                        "userVa",
                        operation.hex("user_va"),
                        "length",
                        operation.hex("length"),
                        "iova",
                        fixed(operation, "iova"),
                        "access",
                        access(operation))
                .result(made -> Result.of("iova", made.at("iova")));
    }

    /// A file that nobody can pin is said as one that is too short, and one that is not open by a
    /// name that no file has: the kernel answers alike.
    private static Result mapFile(Operation operation, Session session) {
        Handle handle = session.handle(operation, "fd").orElse(null);
        String name =
                switch (handle) {
                    case null -> "not-open";
                    case Handle.Memory(String file) -> file;
                    case Handle.DmaBuf(String file) -> file;
                    default -> ProcessSteps.unpinnable(session);
                };
        return session.post(
                        mappings(operation, session, "ioas_id"),
                        "file",
                        Map.of("name", name, "start", operation.hex("start")),
                        "length",
                        operation.hex("length"),
                        "iova",
                        fixed(operation, "iova"),
                        "access",
                        access(operation))
                .result(made -> Result.of("iova", made.at("iova")));
    }

    private static Result copy(Operation operation, Session session) {
        return session.post(
                        mappings(operation, session, "dst_ioas_id") + "/copy",
                        "srcIoasId",
                        session.id(operation, "src_ioas_id"),
                        "srcIova",
                        operation.hex("src_iova"),
                        "length",
                        operation.hex("length"),
                        "iova",
                        fixed(operation, "dst_iova"),
                        "access",
                        access(operation))
                .result(made -> Result.of("dst_iova", made.at("iova")));
    }

    private static Result unmap(Operation operation, Session session) {
        return session.delete(
                        mappings(operation, session, "ioas_id")
                                + "?iova="
                                + operation.hex("iova")
                                + "&length="
                                + operation.hex("length"))
                .result(done -> Result.of("length", done.at("unmapped")));
    }

    private static String mappings(Operation operation, Session session, String ioas) {
        return "/ioas/" + session.id(operation, ioas) + "/mappings";
    }

    /// An address is given for a fixed place only, except the one that the kernel refuses in both
    /// cases.
    private static Object fixed(Operation operation, String iova) {
        boolean given = (operation.number("flags") & FIXED) != 0 || operation.number(iova) == -1;
        return given ? operation.hex(iova) : Absent.ABSENT;
    }

    /// READ and WRITE by name; what the kernel does not know, by its bits.
    private static List<String> access(Operation operation) {
        long flags = operation.number("flags");
        List<String> access = new ArrayList<>();
        if ((flags & READABLE) != 0) {
            access.add("READ");
        }
        if ((flags & WRITEABLE) != 0) {
            access.add("WRITE");
        }
        long unknown = flags & ~(FIXED | ACCESS);
        if (unknown != 0) {
            access.add(Operation.hex(unknown));
        }
        return access;
    }

    /// Flags of an operation of which most have none.
    static Object flags(Operation operation) {
        long flags = operation.number("flags");
        return flags == 0 ? Absent.ABSENT : Operation.hex(flags);
    }
}

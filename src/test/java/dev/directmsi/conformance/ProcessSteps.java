package dev.directmsi.conformance;

import dev.directmsi.conformance.Session.Absent;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// System calls: files, memory, limits of the process.
final class ProcessSteps {

    private static final int PROT_READ = 1;
    private static final int PROT_WRITE = 2;
    private static final int PROT_EXEC = 4;
    private static final int MAP_SHARED = 1;
    private static final int SEAL_WRITE = 8;

    /// What concerns the memory, files and rights of the process, whichever its contexts are.
    private static final Set<String> PROCESS_WIDE =
            Set.of(
                    "SYS_MEMFD",
                    "SYS_MMAP_ANON",
                    "SYS_DMABUF_GET",
                    "TEST_DMABUF_REVOKE",
                    "SYS_PWRITE",
                    "SYS_DROP_CAPS",
                    "SYS_RLIMIT_MEMLOCK",
                    "TEST_SET_TEMP_MEMORY_LIMIT");

    private ProcessSteps() {}

    static boolean isProcessWide(Operation operation) {
        return PROCESS_WIDE.contains(operation.kind())
                || (operation.kind().equals("SYS_MUNMAP") && !isWindow(operation));
    }

    /// Whether it is an operation on the file descriptor of a context.
    static boolean needsContext(Operation operation) {
        return Structure.leastSize(operation.kind()) > 0
                || operation.kind().startsWith("TEST_")
                || operation.kind().equals("SYS_MMAP");
    }

    static Map<String, Step> steps() {
        return Map.ofEntries(
                Map.entry("SYS_OPEN", ProcessSteps::open),
                Map.entry("SYS_CLOSE_CTX", ProcessSteps::closeContext),
                Map.entry("SYS_CLOSE", ProcessSteps::close),
                Map.entry("SYS_MEMFD", ProcessSteps::memfd),
                Map.entry("SYS_OPENFILE", ProcessSteps::openFile),
                Map.entry("SYS_MMAP_ANON", ProcessSteps::mapAnonymous),
                Map.entry("SYS_MMAP", ProcessSteps::map),
                Map.entry("SYS_MUNMAP", ProcessSteps::unmap),
                Map.entry("SYS_PREAD", ProcessSteps::read),
                Map.entry("SYS_PWRITE", ProcessSteps::write),
                Map.entry("SYS_DROP_CAPS", ProcessSteps::dropCapabilities),
                Map.entry("SYS_RLIMIT_MEMLOCK", ProcessSteps::limitMemlock),
                Map.entry("TEST_SET_TEMP_MEMORY_LIMIT", ProcessSteps::limitBatches),
                Map.entry("SYS_DMABUF_GET", ProcessSteps::dmaBuf),
                Map.entry("TEST_DMABUF_REVOKE", ProcessSteps::revoke),
                Map.entry("SYS_SLEEP", (_, _) -> Result.no(Inexpressible.PROCESS_ONLY)),
                Map.entry("EVENTFD", ProcessSteps::eventfd),
                Map.entry("EVENTFD_READ", ProcessSteps::readEventfd));
    }

    private static Result open(Operation operation, Session session) {
        session.open(operation.in("ctx").asString());
        return Result.of();
    }

    private static Result closeContext(Operation operation, Session session) {
        session.closeContext(operation.in("ctx").asString());
        return Result.of();
    }

    private static Result close(Operation operation, Session session) {
        return switch (session.close(operation.number("fd")).orElse(null)) {
            case Handle.Faults(long queue) ->
                    session.delete("/fault-queues/" + queue + "/handle").result();
            case Handle.Events(long queue) ->
                    session.delete("/veventqs/" + queue + "/handle").result();
            case Handle.Access access -> session.delete("/selftest/accesses/" + access.id).result();
            case Handle.Device device when device.id != null ->
                    session.delete("/devices/" + device.id).result();
            case Handle.Missing _ -> Session.MISSING;
            case Handle.Device device when device.missing -> Session.MISSING;
            case null -> Result.no(Inexpressible.HANDLE);
            default -> Result.no(Inexpressible.PROCESS_ONLY);
        };
    }

    private static Result memfd(Operation operation, Session session) {
        String name = "memfd-" + operation.line();
        long length = operation.number("length");
        if (length == 0) {
            // A file without content cannot be pinned.
            session.open(operation.out("fd"), new Handle.Other());
            return Result.no(Inexpressible.PROCESS_ONLY);
        }
        boolean sealed = (operation.number("seals") & SEAL_WRITE) != 0;
        session.open(operation.out("fd"), new Handle.Memory(name));
        return session.put("/files/" + name, "size", Operation.hex(length), "sealed", sealed)
                .result();
    }

    /// A file of which no page can be pinned.
    static String unpinnable(Session session) {
        session.put("/files/unpinnable", "size", Operation.hex(1));
        return "unpinnable";
    }

    private static Result openFile(Operation operation, Session session) {
        session.open(operation.out("fd"), new Handle.Other());
        return Result.no(Inexpressible.PROCESS_ONLY);
    }

    private static Result dmaBuf(Operation operation, Session session) {
        String name = "dma-buf-" + operation.line();
        return session.put("/selftest/dma-bufs/" + name, "length", operation.hex("length"))
                .result(_ -> {
                    session.open(operation.out("fd"), new Handle.DmaBuf(name));
                    return Result.of();
                });
    }

    /// Of a descriptor that is not open, or leads to something else, the name of a file says so.
    private static Result revoke(Operation operation, Session session) {
        String name =
                switch (session.handle(operation, "dmabuf_fd").orElse(null)) {
                    case null -> "not-open";
                    case Handle.DmaBuf(String file) -> file;
                    case Handle.Memory(String file) -> file;
                    default -> unpinnable(session);
                };
        boolean revoked = operation.number("revoked") != 0;
        return session.put("/selftest/dma-bufs/" + name + "/revoked", "revoked", revoked).result();
    }

    private static Result mapAnonymous(Operation operation, Session session) {
        List<String> access = new ArrayList<>();
        if ((operation.number("prot") & PROT_READ) != 0) {
            access.add("READ");
        }
        if ((operation.number("prot") & PROT_WRITE) != 0) {
            access.add("WRITE");
        }
        long length = operation.number("length");
        session.lastAnonymous = operation.number("addr");
        return session.memory()
                .map(session, operation.number("addr"), length, access, Absent.ABSENT)
                .result();
    }

    /// mmap of the context itself.
    private static Result map(Operation operation, Session session) {
        return session.post(
                        "/selftest/mmap",
                        "offset",
                        operation.hex("offset"),
                        "length",
                        operation.hex("length"),
                        "shared",
                        operation.number("mflags") == MAP_SHARED,
                        "executable",
                        (operation.number("prot") & PROT_EXEC) != 0)
                .result(shown -> Result.of("word0", Operation.hex(shown.number("word0"))));
    }

    /// Whether it is about pages of a vIOMMU, which an earlier operation mapped.
    private static boolean isWindow(Operation operation) {
        return operation.symbol("addr").startsWith("$");
    }

    /// A recording does not say where the process has mapped memory last.
    private static Result unmap(Operation operation, Session session) {
        if (isWindow(operation)) {
            String mapped = operation.symbol("addr");
            Operation mapping = session.named(mapped.substring(1, mapped.indexOf('.')));
            return session.delete("/selftest/mmap?offset=" + mapping.hex("offset")).result();
        }
        long first = operation.has("addr") ? operation.number("addr") : session.lastAnonymous;
        return session.delete("/memory/regions/" + Operation.hex(first)).result();
    }

    private static Result read(Operation operation, Session session) {
        return session.memory()
                .read(session, operation.number("addr"), operation.number("length"))
                .result(read -> Result.of("bytes", Payload.hex(read.reply().bytes())));
    }

    private static Result write(Operation operation, Session session) {
        return session.memory()
                .write(session, operation.number("addr"), Payload.bytes(operation))
                .result();
    }

    private static Result dropCapabilities(Operation operation, Session session) {
        return session.put("/selftest/process", "dropCapabilities", operation.in("caps")).result();
    }

    private static Result limitMemlock(Operation operation, Session session) {
        return session.put("/selftest/process", "memlockLimit", operation.hex("value")).result();
    }

    private static Result limitBatches(Operation operation, Session session) {
        return session.put("/selftest/process", "temporaryMemoryLimit", operation.number("limit"))
                .result();
    }

    private static Result eventfd(Operation operation, Session session) {
        session.open(operation.out("fd"), new Handle.Counter());
        return Result.no(Inexpressible.PROCESS_ONLY);
    }

    private static Result readEventfd(Operation operation, Session session) {
        return session.handle(operation, "fd", Handle.Counter.class)
                .map(counter -> Result.of("count", counter.take()))
                .orElseGet(() -> Result.no(Inexpressible.HANDLE));
    }
}

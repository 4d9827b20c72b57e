package dev.directmsi.conformance;

import java.util.Arrays;
import java.util.Map;
import java.util.function.Function;

/// Accesses of the kernel's test driver: what a mediated device does with an address space.
final class AccessSteps {

    private static final int RW_WRITE = 1;

    /// Bytes of a read that the recording shows.
    private static final int SHOWN = 64;

    private AccessSteps() {}

    static Map<String, Step> steps() {
        return Map.of(
                "TEST_CREATE_ACCESS", AccessSteps::create,
                "TEST_ACCESS_REPLACE_IOAS", AccessSteps::replace,
                "TEST_ACCESS_PAGES", AccessSteps::pages,
                "TEST_DESTROY_ACCESS_PAGES", AccessSteps::destroyPages,
                "TEST_ACCESS_RW", AccessSteps::readOrWrite);
    }

    private static Result create(Operation operation, Session session) {
        long ioas = session.id(operation, "id");
        return session.post("/selftest/accesses", "ioasId", ioas, "flags", operation.hex("flags"))
                .result(made -> {
                    session.open(
                            operation.out("out_access_fd"),
                            new Handle.Access(made.number("id"), ioas));
                    return Result.of();
                });
    }

    private static Result replace(Operation operation, Session session) {
        long ioas = session.id(operation, "ioas_id");
        return with(
                operation,
                session,
                access ->
                        session.put(path(access) + "/ioas", "ioasId", ioas)
                                .result(_ -> {
                                    access.ioas = ioas;
                                    return Result.of();
                                }));
    }

    private static Result pages(Operation operation, Session session) {
        return with(
                operation,
                session,
                access ->
                        session.post(
                                        path(access) + "/pages",
                                        "iova",
                                        operation.hex("iova"),
                                        "length",
                                        operation.hex("length"),
                                        "userVa",
                                        operation.hex("uptr"),
                                        "flags",
                                        operation.hex("flags"))
                                .result(made ->
                                        Result.of("out_access_pages_id", made.at("pagesId"))));
    }

    private static Result destroyPages(Operation operation, Session session) {
        return with(
                operation,
                session,
                access ->
                        session.delete(
                                        path(access)
                                                + "/pages/"
                                                + operation.number("access_pages_id"))
                                .result());
    }

    private static Result readOrWrite(Operation operation, Session session) {
        return with(
                operation,
                session,
                access -> {
                    boolean write = (operation.number("flags") & RW_WRITE) != 0;
                    return write
                            ? write(operation, session, access)
                            : read(operation, session, access);
                });
    }

    private static Result read(Operation operation, Session session, Handle.Access access) {
        lookAt(operation, session, access);
        return transfer(operation, session, access, Session.Absent.ABSENT)
                .result(done -> {
                    byte[] data = Payload.bytesOf(done.at("data").asString(""));
                    session.memory().write(session, operation.number("uptr"), data);
                    return Result.of(
                            "bytes",
                            Payload.hex(Arrays.copyOf(data, Math.min(data.length, SHOWN))));
                });
    }

    /// Of no bytes, nothing is read, wherever the pointer leads.
    private static Result write(Operation operation, Session session, Handle.Access access) {
        byte[] data = {};
        if (operation.number("length") != 0) {
            Answer buffer =
                    session.memory()
                            .read(session, operation.number("uptr"), operation.number("length"));
            if (!buffer.succeeded()) {
                return Result.no(Inexpressible.POINTER);
            }
            data = buffer.reply().bytes();
        }
        lookAt(operation, session, access);
        return transfer(operation, session, access, Payload.base64(data)).result();
    }

    private static Answer transfer(
            Operation operation, Session session, Handle.Access access, Object data) {
        return session.post(
                path(access) + "/rw",
                "iova",
                operation.hex("iova"),
                "length",
                operation.hex("length"),
                "flags",
                operation.hex("flags"),
                "data",
                data);
    }

    /// Sees to it that the memory which is read or partly written has its first content.
    private static void lookAt(Operation operation, Session session, Handle.Access access) {
        long iova = operation.number("iova");
        long left = operation.number("length");
        while (left > 0) {
            Answer mapping =
                    session.get("/ioas/" + access.ioas + "/mappings/" + Operation.hex(iova));
            if (!mapping.succeeded()) {
                return;
            }
            long offset = iova - Operation.numberOf(mapping.at("iova"));
            long rest = Operation.numberOf(mapping.at("last")) - iova + 1;
            long length = Long.compareUnsigned(rest, left) < 0 ? rest : left;
            if (mapping.at("userVa").isString()) {
                long userVa = Operation.numberOf(mapping.at("userVa"));
                session.memory().touch(session, userVa + offset, length);
            } else {
                long start = Operation.numberOf(mapping.at("file").path("start"));
                session.memory().touchFile(session, start + offset, length);
            }
            iova += length;
            left -= length;
        }
    }

    private static Result with(
            Operation operation, Session session, Function<Handle.Access, Result> step) {
        return session.handle(operation, "id", Handle.Access.class)
                .map(step)
                .orElseGet(() -> session.wrongHandle(operation, "id"));
    }

    private static String path(Handle.Access access) {
        return "/selftest/accesses/" + access.id;
    }
}

package dev.directmsi.conformance;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import tools.jackson.databind.JsonNode;

/// Queues of page requests and of a guest's events.
final class QueueSteps {

    private static final int FAULT_BYTES = 40;
    private static final int RESPONSE_BYTES = 8;
    private static final int HEADER_BYTES = 8;

    private QueueSteps() {}

    static Map<String, Step> steps() {
        return Map.of(
                "FAULT_QUEUE_ALLOC", QueueSteps::faultQueue,
                "VEVENTQ_ALLOC", QueueSteps::veventq,
                "SYS_READ_FAULT", QueueSteps::readFaults,
                "SYS_WRITE_FAULT", QueueSteps::respond,
                "SYS_READ_VEVENT", QueueSteps::readEvents,
                "SYS_POLL", QueueSteps::poll);
    }

    private static Result faultQueue(Operation operation, Session session) {
        return session.post("/fault-queues", "flags", IoasSteps.flags(operation))
                .result(made -> {
                    session.open(
                            operation.out("out_fault_fd"), new Handle.Faults(made.number("id")));
                    return Result.of("out_fault_id", made.at("id"));
                });
    }

    private static Result veventq(Operation operation, Session session) {
        return session.post(
                        "/veventqs",
                        "viommuId",
                        session.id(operation, "viommu_id"),
                        "type",
                        operation.hex("type"),
                        "depth",
                        operation.number("veventq_depth"),
                        "flags",
                        IoasSteps.flags(operation))
                .result(made -> {
                    session.open(
                            operation.out("out_veventq_fd"), new Handle.Events(made.number("id")));
                    return Result.of("out_veventq_id", made.at("id"));
                });
    }

    private static Result readFaults(Operation operation, Session session) {
        long count = operation.number("count");
        Handle.Faults queue = session.handle(operation, "fd", Handle.Faults.class).orElse(null);
        if (queue == null) {
            return session.wrongHandle(operation, "fd");
        }
        if (count % FAULT_BYTES != 0) {
            return Result.no(Inexpressible.BYTE_COUNT);
        }
        return session.post(
                        "/fault-queues/" + queue.queue() + "/faults/read",
                        "count",
                        count / FAULT_BYTES)
                .result(read -> {
                    List<Map<String, Object>> faults =
                            read.at("faults")
                                    .valueStream()
                                    .map(fault -> fault(fault, session))
                                    .toList();
                    return Result.of("ret", (long) faults.size() * FAULT_BYTES, "faults", faults);
                });
    }

    private static Map<String, Object> fault(JsonNode fault, Session session) {
        return Result.map(
                "flags", flagsOf(fault.path("flags"), List.of("PASID_VALID", "LAST_PAGE")),
                "dev_id", session.ids().recorded(fault.path("devId").asLong()),
                "pasid", fault.path("pasid").asLong(),
                "grpid", fault.path("grpid").asLong(),
                "perm", flagsOf(fault.path("perm"), List.of("READ", "WRITE", "EXEC", "PRIV")),
                "addr", fault.path("addr").asString(""),
                "length", fault.path("length").asLong(),
                "cookie", fault.path("cookie").asLong());
    }

    private static long flagsOf(JsonNode flags, List<String> names) {
        return flags.isNumber()
                ? flags.asLong()
                : flags.valueStream().mapToLong(flag -> 1L << names.indexOf(flag.asString())).sum();
    }

    private static Result respond(Operation operation, Session session) {
        Handle.Faults queue = session.handle(operation, "fd", Handle.Faults.class).orElse(null);
        if (queue == null) {
            return session.wrongHandle(operation, "fd");
        }
        long count = operation.number("count");
        if (count % RESPONSE_BYTES != 0) {
            return Result.no(Inexpressible.BYTE_COUNT);
        }
        List<Long> words = operation.words("data").toList();
        List<Map<String, Object>> responses =
                IntStream.range(0, (int) count / RESPONSE_BYTES)
                        .mapToObj(i ->
                                Result.map(
                                        "cookie", words.get(2 * i),
                                        "code", Operation.hex(words.get(2 * i + 1))))
                        .toList();
        Answer answer =
                session.post(
                        "/fault-queues/" + queue.queue() + "/responses", "responses", responses);
        // A write that stops half-way is a short one: it succeeds with the bytes of what it did.
        long progress = answer.at("params").path("progress").asLong();
        return answer.errno() != null && progress > 0
                ? Result.of("ret", progress * RESPONSE_BYTES)
                : answer.result(_ -> Result.of("ret", count));
    }

    private static Result readEvents(Operation operation, Session session) {
        Handle.Events queue = session.handle(operation, "fd", Handle.Events.class).orElse(null);
        if (queue == null) {
            return session.wrongHandle(operation, "fd");
        }
        long each = HEADER_BYTES + operation.number("reclen");
        long count = operation.number("count") / each;
        if (count == 0) {
            return Result.no(Inexpressible.BYTE_COUNT);
        }
        // A marker of lost events is shorter than an event, so one more may fit.
        boolean marker =
                operation.number("count") % each >= HEADER_BYTES
                        && session.get("/veventqs/" + queue.queue() + "/events")
                                .at("items")
                                .path((int) count)
                                .path("lost")
                                .asBoolean();
        return session.post(
                        "/veventqs/" + queue.queue() + "/events/read",
                        "count",
                        marker ? count + 1 : count)
                .result(read -> {
                    List<Map<String, Object>> events = new ArrayList<>();
                    read.at("events").forEach(event -> events.add(event(event)));
                    long bytes =
                            events.stream()
                                    .mapToLong(event ->
                                            event.containsKey("data") ? each : HEADER_BYTES)
                                    .sum();
                    return Result.of("ret", bytes, "events", events);
                });
    }

    private static Map<String, Object> event(JsonNode event) {
        long sequence = event.path("sequence").asLong();
        return event.path("lost").asBoolean()
                ? Result.map("flags", 1L, "sequence", sequence)
                : Result.map("flags", 0L, "sequence", sequence, "data", EventData.hex(event));
    }

    private static Result poll(Operation operation, Session session) {
        return switch (session.handle(operation, "fd").orElse(null)) {
            case Handle.Faults(long queue) ->
                    readiness(session.get("/fault-queues/" + queue + "/faults"), true);
            case Handle.Events(long queue) ->
                    readiness(session.get("/veventqs/" + queue + "/events"), false);
            case null, default -> session.wrongHandle(operation, "fd");
        };
    }

    private static Result readiness(Answer waiting, boolean writable) {
        return waiting.result(shown ->
                Result.of(
                        "pollin",
                        !shown.at("items").isEmpty(),
                        "pollout",
                        writable,
                        "pollerr",
                        false));
    }
}

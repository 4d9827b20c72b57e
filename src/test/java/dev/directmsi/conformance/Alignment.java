package dev.directmsi.conformance;

import java.util.List;
import tools.jackson.databind.JsonNode;

/// After a difference, brings the service's objects near to the recording again, so that it stays
/// one difference: takes back what should not have been made, and fills the ids of what should.
final class Alignment {

    private static final List<String> HANDLES =
            List.of("fd", "out_fault_fd", "out_veventq_fd", "out_access_fd");

    private Alignment() {}

    static void restore(Operation operation, Result result, Session session) {
        if (operation.succeeded() && !result.succeeded()) {
            Comparison.MADE.stream()
                    .filter(operation.out()::has)
                    .map(operation::out)
                    .sorted()
                    .forEach(id -> occupy(id, session));
            HANDLES.stream()
                    .filter(operation.out()::has)
                    .forEach(name -> session.open(operation.out(name), new Handle.Missing()));
        }
        if (!operation.succeeded() && result.succeeded()) {
            takeBackMapping(operation, result, session);
            List<Long> made =
                    result.out().entrySet().stream()
                            .filter(output -> Comparison.MADE.contains(output.getKey()))
                            .map(output -> number(output.getValue()))
                            .sorted()
                            .toList();
            for (long id : made) {
                if (result.out().containsKey("out_devid")) {
                    session.delete("/devices/" + id);
                } else {
                    session.delete("/objects/" + id);
                }
            }
        }
    }

    private static void takeBackMapping(Operation operation, Result result, Session session) {
        String target = operation.has("dst_ioas_id") ? "dst_ioas_id" : "ioas_id";
        Object iova = result.out().getOrDefault("iova", result.out().get("dst_iova"));
        if (iova instanceof JsonNode first) {
            session.delete(
                    "/ioas/"
                            + session.id(operation, target)
                            + "/mappings?iova="
                            + first.asString()
                            + "&length="
                            + operation.hex("length"));
        }
    }

    /// Makes address spaces until one has the id.
    private static void occupy(long id, Session session) {
        Answer made = session.post("/ioas");
        while (made.succeeded() && made.number("id") < id) {
            made = session.post("/ioas");
        }
        if (made.succeeded() && made.number("id") > id) {
            session.delete("/objects/" + made.number("id"));
        }
        session.ids().bind(id, id);
    }

    private static long number(Object id) {
        return id instanceof JsonNode node ? node.asLong() : ((Number) id).longValue();
    }
}

package dev.directmsi.conformance;

import java.util.List;
import tools.jackson.databind.JsonNode;

/// After a difference, brings the service's objects near to the recording again, so that it stays
/// one difference: takes back what should not have been made, and fills the ids of what should.
final class Alignment {

    private Alignment() {}

    static void restore(Operation operation, Result result, Session session) {
        if (operation.succeeded() && !result.succeeded()) {
            Comparison.MADE.stream()
                    .filter(operation.out()::has)
                    .map(operation::out)
                    .sorted()
                    .forEach(id -> occupy(id, session));
        }
        if (!operation.succeeded() && result.succeeded()) {
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

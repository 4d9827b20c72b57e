package dev.directmsi.scenario;

import dev.directmsi.api.Http;
import dev.directmsi.api.Reply;
import java.util.Base64;
import java.util.stream.Collectors;

/// The requests about dirty pages, PASIDs and page requests that a line of a scenario means.
record TrackingRequests(Http http, String context) {

    Reply send(Step step, Names names) {
        String first = step.words().isEmpty() ? "" : names.get(step.word(0));
        String hwpt = context + "/hwpts/" + first;
        String mock = context + "/selftest/mock-domains/" + first;
        String queue = context + "/fault-queues/" + first;
        return switch (step.verb()) {
            case "track" ->
                    http.put(hwpt + "/dirty-tracking", "{'flags':['" + hex(step, 1) + "']}");
            case "dirty" ->
                    http.post(
                            hwpt + "/dirty-bitmap",
                            range(step) + ",'flags':['" + SelftestCommands.flags(step) + "']}");
            case "mark" ->
                    http.post(
                            context + "/selftest/hwpts/" + first + "/dirty",
                            range(step) + ",'dirtyPages':[" + step.word(4) + "]}");
            case "pasid" ->
                    http.put(pasid(context + "/devices/" + first, step), target(step, names));
            case "pasid-detach" -> http.delete(pasid(context + "/devices/" + first, step));
            case "mock-pasid" -> http.post(pasid(mock, step), target(step, names));
            case "mock-pasid-replace" -> http.put(pasid(mock, step), target(step, names));
            case "mock-pasid-detach" -> http.delete(pasid(mock, step));
            case "mock-pasid-is" ->
                    http.post(
                            mock + "/pasids/" + step.word(1) + "/check-hwpt",
                            "{'hwptId':" + names.get(step.word(2)) + "}");
            case "dma" -> http.post(context + "/devices/" + first + "/dma", dma(step));
            case "fault-queue" -> http.post(context + "/fault-queues", "{}");
            case "close-handle" -> http.delete(queue + "/handle");
            case "faults" -> http.post(queue + "/faults/read", "{'count':" + step.word(1) + "}");
            case "answer" -> http.post(queue + "/responses", answers(step));
            case "request-page" ->
                    http.post(
                            context + "/selftest/devices/" + first + "/page-requests",
                            "{'pasid':"
                                    + step.word(1)
                                    + ",'grpid':"
                                    + step.word(2)
                                    + ",'perm':'"
                                    + hex(step, 3)
                                    + "','addr':'"
                                    + step.word(4)
                                    + "'}");
            default -> new SelftestRequests(http, context).send(step, names);
        };
    }

    private static String hex(Step step, int index) {
        return "0x" + Long.toHexString(step.number(index));
    }

    private static String range(Step step) {
        return "{'iova':'"
                + step.word(1)
                + "','length':'"
                + step.word(2)
                + "','pageSize':'"
                + step.word(3)
                + "'";
    }

    private static String pasid(String device, Step step) {
        return device + "/pasids/" + step.word(1) + "/attachment";
    }

    private static String target(Step step, Names names) {
        return "{'ptId':" + names.get(step.word(2)) + "}";
    }

    private static String dma(Step step) {
        boolean writes = step.word(1).equals("w");
        String data =
                writes
                        ? ",'data':'"
                                + Base64.getEncoder().encodeToString(new byte[(int) step.number(3)])
                                + "'"
                        : "";
        String pasid = step.option("pasid");
        return "{'access':'"
                + (writes ? "WRITE" : "READ")
                + "','iova':'"
                + step.word(2)
                + "','length':'"
                + step.word(3)
                + "'"
                + data
                + (pasid == null ? "" : ",'pasid':" + pasid)
                + "}";
    }

    private static String answers(Step step) {
        return step.words().stream()
                .skip(1)
                .map(word -> word.split(":", -1))
                .map(parts -> "{'cookie':" + parts[0] + ",'code':'" + parts[1] + "'}")
                .collect(Collectors.joining(",", "{'responses':[", "]}"));
    }
}

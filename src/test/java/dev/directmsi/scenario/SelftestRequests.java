package dev.directmsi.scenario;

import dev.directmsi.api.Http;
import dev.directmsi.api.Reply;
import java.util.Base64;
import java.util.HexFormat;
import java.util.stream.Collectors;

/// The requests to the test driver that a line of a scenario means.
///
/// @param selftest path below which they are
record SelftestRequests(Http http, String selftest) {

    Reply send(Step step, Names names) {
        return switch (step.verb()) {
            case "access" ->
                    post(
                            "/accesses",
                            "{'ioasId':" + id(step, names, 0) + ",'flags':" + flags(step, 0) + "}");
            case "close-access" -> http.delete(selftest + "/accesses/" + id(step, names, 0));
            case "move-access" ->
                    http.put(
                            selftest + "/accesses/" + id(step, names, 0) + "/ioas",
                            "{'ioasId':" + id(step, names, 1) + "}");
            case "pin" ->
                    post(
                            "/accesses/" + id(step, names, 0) + "/pages",
                            range(step)
                                    + (step.option("va") == null
                                            ? ""
                                            : ",'userVa':'" + step.option("va") + "'")
                                    + ",'flags':"
                                    + flags(step, 0)
                                    + "}");
            case "unpin" ->
                    http.delete(
                            selftest
                                    + "/accesses/"
                                    + id(step, names, 0)
                                    + "/pages/"
                                    + step.word(1));
            case "read" ->
                    post(
                            "/accesses/" + id(step, names, 0) + "/rw",
                            range(step) + ",'flags':" + flags(step, 0) + "}");
            case "write" -> write(step, names);
            case "reserve" ->
                    post(
                            "/ioas/" + id(step, names, 0) + "/reserved",
                            "{'start':'" + step.word(1) + "','length':'" + step.word(2) + "'}");
            case "process" -> http.put(selftest + "/process", process(step));
            default -> new MockRequests(http, context()).send(step, names);
        };
    }

    private static String process(Step step) {
        String limit = step.option("limit");
        return "{'dropCapabilities':["
                + SelftestCommands.dropped(step).stream()
                        .map(capability -> "'" + capability + "'")
                        .collect(Collectors.joining(","))
                + "]"
                + (limit == null ? "" : ",'memlockLimit':'" + limit + "'")
                + "}";
    }

    private Reply write(Step step, Names names) {
        byte[] data = HexFormat.of().parseHex(step.word(2));
        return post(
                "/accesses/" + id(step, names, 0) + "/rw",
                "{'iova':'"
                        + step.word(1)
                        + "','length':"
                        + data.length
                        + ",'flags':"
                        + flags(step, 1)
                        + ",'data':'"
                        + Base64.getEncoder().encodeToString(data)
                        + "'}");
    }

    private static String range(Step step) {
        return "{'iova':'" + step.word(1) + "','length':'" + step.word(2) + "'";
    }

    private static String flags(Step step, long more) {
        return "'0x" + Long.toHexString(SelftestCommands.flags(step) | more) + "'";
    }

    private static String id(Step step, Names names, int index) {
        return names.get(step.word(index));
    }

    private String context() {
        return selftest.replaceFirst("/selftest$", "");
    }

    private Reply post(String path, String json) {
        return http.post(selftest + path, json);
    }
}

package dev.directmsi.scenario;

import dev.directmsi.api.Http;
import dev.directmsi.api.Reply;
import java.util.Base64;
import java.util.HexFormat;
import java.util.stream.Collectors;

/// The requests to the test driver that a line of a scenario means.
///
/// @param context path of the context
/// @param selftest path below which the test driver is
record SelftestRequests(Http http, String context, String selftest) {

    SelftestRequests(Http http, String context) {
        this(http, context, context + "/selftest");
    }

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
            case "check-refs" ->
                    post(
                            "/check-refs",
                            "{'userVa':'%s','length':'%s','refs':%s}"
                                    .formatted(step.word(0), step.word(1), step.word(2)));
            case "mock" ->
                    post(
                            "/mock-domains",
                            "{'ptId':%s,'devFlags':%d}"
                                    .formatted(id(step, names, 0), SelftestCommands.flags(step)));
            case "vfio-map" ->
                    post(
                            "/vfio/map-dma",
                            "{'flags':'%s','vaddr':'%s','iova':'%s','length':'%s'}"
                                    .formatted(step.words().toArray()));
            case "vfio-unmap" ->
                    post(
                            "/vfio/unmap-dma",
                            "{'flags':'%s','iova':'%s','length':'%s'}"
                                    .formatted(step.words().toArray()));
            case "vfio-iommu" ->
                    http.put(selftest + "/vfio/iommu", "{'type':" + step.word(0) + "}");
            case "rlimit-mode" -> http.put(context + "/options/rlimit-mode", value(step.word(0)));
            case "huge-pages" ->
                    http.put(
                            context + "/ioas/" + id(step, names, 0) + "/options/huge-pages",
                            value(step.word(1)));
            case "vfio-ioas" ->
                    step.words().isEmpty()
                            ? http.delete(context + "/vfio-ioas")
                            : http.put(
                                    context + "/vfio-ioas",
                                    "{'ioasId':" + id(step, names, 0) + "}");
            case "change-process" -> http.post(context + "/change-process", "{}");
            default -> new MockRequests(http, context()).send(step, names);
        };
    }

    private static String value(String number) {
        return "{'value':'" + number + "'}";
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

    private Reply post(String path, String json) {
        return http.post(selftest + path, json);
    }
}

package dev.directmsi.scenario;

import dev.directmsi.api.Http;
import dev.directmsi.api.Reply;
import java.util.Base64;

/// The same lines as requests.
///
/// @param context path of the context
record MockRequests(Http http, String context) {

    Reply send(Step step, Names names) {
        return switch (step.verb()) {
            case "move-mock" ->
                    http.put(
                            context
                                    + "/selftest/mock-domains/"
                                    + id(step, names, 0)
                                    + "/attachment",
                            "{'ptId':" + id(step, names, 1) + "}");
            case "nest" ->
                    post(
                            "/hwpts",
                            "{'devId':%s,'ptId':%s,'dataType':'SELFTEST','data':{'raw':'%s'}}",
                            id(step, names, 0),
                            id(step, names, 1),
                            base64(MockCommands.word(step.number(2))));
            case "viommu-of" ->
                    post(
                            "/viommus",
                            "{'devId':%s,'hwptId':%s,'type':'%s'%s}",
                            id(step, names, 0),
                            id(step, names, 1),
                            step.word(2),
                            step.option("data") == null
                                    ? ""
                                    : ",'data':{'raw':'" + base64(MockCommands.data(step)) + "'}");
            case "queue-events" ->
                    post(
                            "/veventqs",
                            "{'viommuId':%s,'type':'%s','depth':%s}",
                            id(step, names, 0),
                            step.word(1),
                            step.word(2));
            case "hw-queue" ->
                    post(
                            "/hw-queues",
                            "{'viommuId':%s,'type':'%s','index':%s,'nestingParentIova':'%s','length':'%s'}",
                            id(step, names, 0),
                            step.word(1),
                            step.word(2),
                            step.word(3),
                            step.word(4));
            case "invalidate-raw" ->
                    post(
                            "/hwpts/" + id(step, names, 0) + "/invalidations",
                            "{'dataType':'%s','entries':%s}",
                            step.word(1),
                            step.words().size() == 3
                                    ? "[]"
                                    : "{'raw':'"
                                            + base64(MockCommands.hex(step, 3))
                                            + "','entryLength':"
                                            + step.word(2)
                                            + "}");
            case "iotlb" ->
                    post(
                            "/selftest/hwpts/" + id(step, names, 0) + "/check-iotlb",
                            "{'iotlbId':%s,'iotlb':%s}",
                            step.word(1),
                            step.number(2));
            case "cache" ->
                    post(
                            "/selftest/devices/" + id(step, names, 0) + "/check-cache",
                            "{'cacheId':%s,'cache':%s}",
                            step.word(1),
                            step.number(2));
            case "trigger" -> post("/selftest/devices/" + id(step, names, 0) + "/vevents", "{}");
            case "mmap" ->
                    post(
                            "/selftest/mmap",
                            "{'offset':'%s','length':'%s','shared':%s,'executable':%s}",
                            step.word(0),
                            step.word(1),
                            !step.words().contains("private"),
                            step.words().contains("executable"));
            case "munmap" -> http.delete(context + "/selftest/mmap?offset=" + step.word(0));
            default -> throw new IllegalArgumentException("no verb " + step.verb());
        };
    }

    private static String base64(byte[] bytes) {
        return Base64.getEncoder().encodeToString(bytes);
    }

    private static String id(Step step, Names names, int index) {
        return names.get(step.word(index));
    }

    private Reply post(String path, String json, Object... values) {
        return http.post(context + path, Requests.filled(json, values));
    }
}

package dev.directmsi.scenario;

import dev.directmsi.address.Address;
import dev.directmsi.api.Http;
import dev.directmsi.api.Reply;
import dev.directmsi.hardware.smmu.GuestStage1;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// The request that a line of a scenario means.
final class Requests {

    private final Http http;
    private final String context;

    /// @param context path of the context
    Requests(Http http, String context) {
        this.http = http;
        this.context = context;
    }

    Reply send(Step step, Names names) {
        return switch (step.verb()) {
            case "ioas" -> post("/ioas", "{}");
            case "region" ->
                    put(
                            "/memory/regions/" + step.word(0),
                            "{'length':'%s','access':%s}",
                            step.word(1),
                            access(step.word(2)));
            case "remove-region" -> delete("/memory/regions/" + step.word(0));
            case "map" ->
                    post(
                            "/ioas/" + id(step, names, 0) + "/mappings",
                            "{'userVa':'%s','length':'%s','access':%s%s}",
                            Commands.option(step, "va"),
                            step.word(2),
                            access(step.word(3)),
                            step.word(1).equals("auto") ? "" : ",'iova':'" + step.word(1) + "'");
            case "copy" ->
                    post(
                            "/ioas/" + id(step, names, 0) + "/mappings/copy",
                            "{'srcIoasId':%s,'srcIova':'%s','length':'%s','access':%s%s}",
                            id(step, names, 2),
                            step.word(3),
                            step.word(4),
                            access(step.word(5)),
                            step.word(1).equals("auto") ? "" : ",'iova':'" + step.word(1) + "'");
            case "unmap" ->
                    http.delete(
                            context
                                    + "/ioas/"
                                    + id(step, names, 0)
                                    + "/mappings?iova="
                                    + step.word(1)
                                    + "&length="
                                    + step.word(2));
            case "allow" ->
                    put(
                            "/ioas/" + id(step, names, 0) + "/allowed-iovas",
                            "{'ranges':[%s]}",
                            step.words().stream()
                                    .skip(1)
                                    .map(Requests::range)
                                    .collect(Collectors.joining(",")));
            case "bind" -> post("/devices", "{'device':'%s'}", step.word(0));
            case "unbind" -> delete("/devices/" + id(step, names, 0));
            case "hwpt" ->
                    post(
                            "/hwpts",
                            "{'devId':%s,'ptId':%s,'flags':%s%s}",
                            id(step, names, 0),
                            id(step, names, 1),
                            flags(step.words().size() > 2 ? step.word(2) : ""),
                            step.option("fault") == null
                                    ? ""
                                    : ",'faultId':" + names.get(Commands.option(step, "fault")));
            case "nested" -> nested(step, names);
            case "viommu" ->
                    post(
                            "/viommus",
                            "{'devId':%s,'hwptId':%s,'type':'ARM_SMMUV3'}",
                            id(step, names, 0),
                            id(step, names, 1));
            case "vdevice" ->
                    post(
                            "/vdevices",
                            "{'viommuId':%s,'devId':%s,'virtId':'%s'}",
                            id(step, names, 0),
                            id(step, names, 1),
                            step.word(2));
            case "veventq" ->
                    post(
                            "/veventqs",
                            "{'viommuId':%s,'type':'ARM_SMMUV3','depth':%s}",
                            id(step, names, 0),
                            step.word(1));
            case "events" ->
                    post(
                            "/veventqs/" + id(step, names, 0) + "/events/read",
                            "{'count':%s}",
                            step.word(1));
            case "stage1" -> stage1(step, names);
            case "attach" ->
                    put(
                            "/devices/" + id(step, names, 0) + "/attachment",
                            "{'ptId':%s}",
                            id(step, names, 1));
            case "detach" ->
                    delete(
                            "/devices/"
                                    + id(step, names, 0)
                                    + "/attachment"
                                    + (step.words().contains("quiesce") ? "?quiesce=true" : ""));
            case "destroy" -> delete("/objects/" + id(step, names, 0));
            case "target" ->
                    put("/devices/" + id(step, names, 0) + "/msi-target", "{%s}", target(step));
            case "clear-target" -> delete("/devices/" + id(step, names, 0) + "/msi-target");
            case "vector" -> vector(step, names);
            case "clear-vector" ->
                    delete("/devices/" + id(step, names, 0) + "/msi-vectors/" + step.word(1));
            case "enable" ->
                    post(
                            "/devices/" + id(step, names, 0) + "/irqs/enable",
                            "{'type':'%s','start':%s,'count':%s}",
                            step.word(1),
                            step.word(2),
                            step.word(3));
            case "disable" ->
                    post(
                            "/devices/" + id(step, names, 0) + "/irqs/disable",
                            "{'type':'%s'}",
                            step.word(1));
            case "reset" -> post("/devices/" + id(step, names, 0) + "/reset", "{}");
            case "msi-write" ->
                    post(
                            "/devices/" + id(step, names, 0) + "/msi-write",
                            step.words().size() == 2
                                    ? "{'vector':" + step.word(1) + "}"
                                    : "{'address':'"
                                            + step.word(1)
                                            + "','data':"
                                            + step.word(2)
                                            + "}");
            case "invalidate" ->
                    post(
                            "/hwpts/" + id(step, names, 0) + "/invalidations",
                            "{'dataType':'ARM_SMMUV3','entries':[%s]}",
                            step.words().stream()
                                    .skip(1)
                                    .map(Requests::pair)
                                    .collect(Collectors.joining(",")));
            case "ranges" -> get("/ioas/" + id(step, names, 0) + "/iova-ranges");
            case "copies" -> get("/hwpts/" + id(step, names, 0) + "/s2-copies");
            case "vectors" -> get("/devices/" + id(step, names, 0) + "/msi-vectors");
            case "pending" -> get("/veventqs/" + id(step, names, 0) + "/events");
            case "stage2-faults" -> get("/stage2-faults");
            default -> new TrackingRequests(http, context).send(step, names);
        };
    }

    private Reply nested(Step step, Names names) {
        long[] ste = Commands.ste(step, names);
        return post(
                "/hwpts",
                "{'devId':%s,'ptId':%s,'dataType':'ARM_SMMUV3','data':{'ste':['%s','%s']}}",
                id(step, names, 0),
                id(step, names, 1),
                Address.hex(ste[0]),
                Address.hex(ste[1]));
    }

    private Reply stage1(Step step, Names names) {
        String s1dss = step.option("s1dss");
        String pasid = step.option("pasid");
        return post(
                "/memory/build-stage1",
                "{'ioasId':%s,'cdTableIpa':'%s','tablesIpa':'%s','granule':'4K'%s,'contexts':[{'asid':1,'mappings':[%s]}%s]}",
                id(step, names, 0),
                Commands.option(step, "cd"),
                Commands.option(step, "tables"),
                s1dss == null ? "" : ",'s1dss':'" + s1dss + "'",
                Commands.pieces(step.words()).stream()
                        .map(Requests::piece)
                        .collect(Collectors.joining(",")),
                pasid == null ? "" : ",{'pasid':" + pasid + ",'asid':2,'mappings':[]}");
    }

    private static String piece(GuestStage1.Mapping piece) {
        return "{'va':'%s','ipa':'%s','length':'0x%x','access':%s}"
                .formatted(
                        piece.va(),
                        piece.ipa(),
                        piece.length(),
                        piece.access().writes() ? "['READ','WRITE']" : "['READ']");
    }

    private Reply vector(Step step, Names names) {
        String target = target(step);
        return put(
                "/devices/" + id(step, names, 0) + "/msi-vectors/" + step.word(1),
                "{'guestVa':'%s','enable':%s,'masked':%s%s}",
                step.word(2),
                !step.words().contains("stage"),
                step.words().contains("masked"),
                target.isEmpty() ? "" : ",'target':{" + target + "}");
    }

    private static String target(Step step) {
        var parts = new java.util.ArrayList<String>();
        add(parts, "frameBase", step.option("frame"));
        add(parts, "doorbell", step.option("doorbell"));
        return String.join(",", parts);
    }

    private static void add(List<String> parts, String name, @Nullable String value) {
        if (value != null) {
            parts.add("'" + name + "':'" + value + "'");
        }
    }

    private static String access(String word) {
        return "["
                + (word.contains("r") ? "'READ'" : "")
                + (word.equals("rw") ? "," : "")
                + (word.contains("w") ? "'WRITE'" : "")
                + "]";
    }

    private static String flags(String word) {
        return "["
                + Arrays.stream(word.split(",", -1))
                        .filter(flag -> !flag.isEmpty())
                        .map(flag -> "'" + flag + "'")
                        .collect(Collectors.joining(","))
                + "]";
    }

    private static String range(String word) {
        String[] ends = word.split("\\.\\.", -1);
        return "{'first':'" + ends[0] + "','last':'" + ends[1] + "'}";
    }

    private static String pair(String word) {
        String[] words = word.split(",", -1);
        return "['" + words[0] + "','" + words[1] + "']";
    }

    private static String id(Step step, Names names, int index) {
        return names.get(step.word(index));
    }

    private Reply get(String path) {
        return http.get(context + path);
    }

    private Reply delete(String path) {
        return http.delete(context + path);
    }

    private Reply post(String path, String json, Object... values) {
        return http.post(context + path, filled(json, values));
    }

    private Reply put(String path, String json, Object... values) {
        return http.put(context + path, filled(json, values));
    }

    /// Puts the values in the places marked `%s`, in order.
    static String filled(String json, Object... values) {
        var text = new StringBuilder();
        int from = 0;
        for (Object value : values) {
            int place = json.indexOf("%s", from);
            text.append(json, from, place).append(value);
            from = place + 2;
        }
        return text.append(json.substring(from)).toString();
    }
}

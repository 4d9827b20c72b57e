package dev.directmsi.scenario;

import dev.directmsi.api.Http;
import dev.directmsi.api.Reply;
import dev.directmsi.api.RunningService;
import dev.directmsi.control.host.TopologyDocument;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.Base64;
import java.util.HexFormat;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.springframework.context.ConfigurableApplicationContext;
import tools.jackson.databind.JsonNode;

/// The service over HTTP, every answer held to the API document. A restart stops the service and
/// starts it again on the same database.
final class HttpWorld implements World {

    /// One service for all stories, each on a host of its own.
    private static final Service SERVICE = new Service();

    private String context = "";
    private String lastCommands = "";

    /// The service and its database file.
    private static final class Service {

        private final String database;
        private ConfigurableApplicationContext running;
        private Http http;

        Service() {
            try {
                database =
                        "--spring.datasource.url=jdbc:h2:file:"
                                + Files.createTempDirectory("direct-msi-story").resolve("world")
                                + ";WRITE_DELAY=0;MAX_COMPACT_TIME=0;DB_CLOSE_ON_EXIT=FALSE";
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            running = RunningService.run(database);
            http = RunningService.httpOf(running);
        }

        void restart() {
            running.close();
            running = RunningService.run(database);
            http = RunningService.httpOf(running);
        }
    }

    @Override
    public void restart() {
        SERVICE.restart();
    }

    @Override
    public void close() {
        SERVICE.http.delete(context);
    }

    @Override
    public String tell(Step step, Names names) {
        if (step.verb().equals("open")) {
            open(step);
            return "open";
        }
        if (step.verb().equals("smmu-commands")) {
            return lastCommands;
        }
        Reply reply = new Requests(SERVICE.http, context).send(step, names);
        if (reply.status() >= 400) {
            throw new Refused(reply.at("/errno") + " " + reply.at("/code"));
        }
        JsonNode json = reply.bytes().length == 0 ? null : reply.json();
        if (json == null) {
            lastCommands = "";
            return "done";
        }
        lastCommands = join(json.path("smmuCommands"), HttpWorld::command);
        return result(step.verb(), json);
    }

    private void open(Step step) {
        String host = "host-" + System.nanoTime();
        SERVICE.http.put("/v1/hosts/" + host, TopologyDocument.render(Hosts.of(step))).expect(201);
        String size = step.option("page");
        String page = size == null ? "" : ",'hostPageSize':" + Step.number(size);
        context =
                SERVICE.http
                        .post("/v1/contexts", "{'host':'" + host + "'" + page + "}")
                        .expect(201)
                        .header("Location")
                        .orElseThrow();
    }

    private static String result(String verb, JsonNode json) {
        return switch (verb) {
            case "ioas",
                    "bind",
                    "hwpt",
                    "nested",
                    "viommu",
                    "vdevice",
                    "veventq",
                    "fault-queue",
                    "nest",
                    "viommu-of",
                    "queue-events",
                    "hw-queue" ->
                    text(json, "id");
            case "map" -> text(json, "iova") + ".." + text(json, "last");
            case "copy" -> text(json, "iova") + ".." + lastOf(json.path("mappings"));
            case "access" -> text(json, "id");
            case "mock" -> text(json, "stdevId");
            case "vfio-unmap" -> text(json, "length");
            case "vfio-map" -> text(json, "iova") + ".." + text(json, "last");
            case "pin" -> text(json, "pagesId");
            case "read" -> HexFormat.of().formatHex(Base64.getDecoder().decode(text(json, "data")));
            case "region" -> text(json, "physical");
            case "unmap" -> text(json, "unmapped");
            case "stage1" -> json.at("/ste/0").asString() + "," + json.at("/ste/1").asString();
            case "attach" ->
                    json.has("copy")
                            ? json.at("/copy/key").asString()
                                    + " vmid "
                                    + json.at("/copy/vmid").asString()
                            : "attached";
            case "target" ->
                    text(json, "ipaPage")
                            + " "
                            + text(json, "its")
                            + " "
                            + text(json, "itsPage")
                            + (json.path("effective").asBoolean() ? " effective" : " pending");
            case "vector" -> vector(json);
            case "enable" -> join(json.path("vectors"), HttpWorld::vector);
            case "vectors" -> join(json.path("items"), HttpWorld::vector);
            case "msi-write" -> landing(json);
            case "mmap" -> text(json, "word0");
            case "invalidate", "invalidate-raw" -> text(json, "handled");
            case "ranges" ->
                    join(
                                    json.path("ranges"),
                                    range -> text(range, "first") + ".." + text(range, "last"))
                            .replace(";", "");
            case "copies" -> join(json.path("items"), HttpWorld::copy);
            case "dirty" ->
                    join(
                            json.path("dirtyRanges"),
                            range -> text(range, "first") + ".." + text(range, "last"));
            case "mark" -> text(json, "dirty");
            case "dma" -> join(json.path("parts"), HttpWorld::landing);
            case "faults" -> join(json.path("faults"), HttpWorld::fault);
            case "events", "pending" ->
                    join(
                            json.has("events") ? json.path("events") : json.path("items"),
                            HttpWorld::event);
            case "stage2-faults" -> join(json.path("items"), fault -> words(fault.path("words")));
            default -> "done";
        };
    }

    private static String lastOf(JsonNode mappings) {
        return text(mappings.path(mappings.size() - 1), "last");
    }

    private static String text(JsonNode json, String name) {
        return json.path(name).asString();
    }

    private static String join(JsonNode list, java.util.function.Function<JsonNode, String> each) {
        return StreamSupport.stream(list.spliterator(), false)
                .map(each)
                .collect(Collectors.joining("; "));
    }

    private static String words(JsonNode words) {
        return StreamSupport.stream(words.spliterator(), false)
                .map(JsonNode::asString)
                .collect(Collectors.joining(" "));
    }

    private static String vector(JsonNode vector) {
        return text(vector, "state").equals("STAGED")
                ? text(vector, "index") + " STAGED " + text(vector, "guestVa")
                : text(vector, "index")
                        + " ACTIVE "
                        + message(vector.path("deviceMessage"))
                        + " for "
                        + message(vector.path("physicalMessage"))
                        + " "
                        + text(vector, "addressOrigin");
    }

    private static String message(JsonNode message) {
        return text(message, "address") + "/" + text(message, "data");
    }

    private static String landing(JsonNode json) {
        String outcome = text(json, "outcome");
        return switch (outcome) {
            case "DELIVERED" ->
                    outcome
                            + " "
                            + text(json, "its")
                            + " "
                            + deviceId(json)
                            + " "
                            + text(json, "eventId")
                            + " "
                            + text(json, "lpi");
            case "ITS_DROPPED" ->
                    outcome
                            + " "
                            + text(json, "its")
                            + " "
                            + deviceId(json)
                            + " "
                            + text(json, "eventId");
            case "WRONG_ITS" -> outcome + " " + text(json, "its");
            case "LOST_SILENT", "BUS_ERROR", "MEMORY" -> outcome + " " + text(json, "pa");
            case "FAULT" -> outcome + " " + words(json.at("/event/words"));
            default -> outcome;
        };
    }

    private static String deviceId(JsonNode json) {
        return "0x" + Integer.toHexString(json.path("deviceId").asInt());
    }

    private static String copy(JsonNode copy) {
        StringBuilder line = new StringBuilder(text(copy, "key") + " vmid=" + text(copy, "vmid"));
        copy.path("msiPages")
                .forEach(page ->
                        line.append(' ')
                                .append(page.at("/ipa/first").asString())
                                .append("->")
                                .append(text(page, "page")));
        return line.toString();
    }

    private static String event(JsonNode event) {
        if (event.has("virtId")) {
            return text(event, "sequence") + " virtual " + text(event, "virtId");
        }
        return event.has("words")
                ? text(event, "sequence") + " " + words(event.path("words"))
                : "LOST " + text(event, "sequence");
    }

    private static String fault(JsonNode fault) {
        return text(fault, "cookie")
                + " "
                + text(fault, "devId")
                + " "
                + text(fault, "pasid")
                + " "
                + text(fault, "grpid")
                + " "
                + text(fault, "addr");
    }

    private static String command(JsonNode command) {
        return text(command, "smmu")
                + " "
                + text(command, "opcode")
                + (command.has("vmid") ? " vmid=" + text(command, "vmid") : "")
                + (command.has("sid") ? " sid=" + text(command, "sid") : "")
                + (command.has("address") ? " " + text(command, "address") : "");
    }
}

package dev.directmsi.replica;

import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/// Operations on one context, by chance and by the seed alone: no operation depends on an answer.
/// Ids are small, devices and addresses few, so that many meet.
final class Workload {

    static final List<String> DEVICES =
            List.of(
                    "0000:01:00.0",
                    "0000:02:00.0",
                    "0000:03:00.0",
                    "0000:04:00.0",
                    "0000:06:00.0",
                    "0000:06:00.1",
                    "0001:01:00.0",
                    "0001:02:00.0");

    private static final String RAM = "0x7f0000000000";

    private final long context;
    private final String name;

    /// @param name begins its keys
    Workload(long context, String name) {
        this.context = context;
        this.name = name;
    }

    /// What every context begins with: memory, an IOAS (1), a device (2), a nest parent (3).
    List<Operation> prologue(int number) {
        return List.of(
                keyed("PUT", "/memory/regions/" + RAM, "{'length':'0x400000'}", "region"),
                keyed("POST", "/ioas", "{}", "ioas"),
                keyed("POST", "/ioas/1/mappings", mapping(RAM, "0x40000000", 0x20_0000), "ram"),
                keyed("POST", "/devices", "{'device':'" + DEVICES.get(number * 3) + "'}", "dev"),
                keyed(
                        "POST",
                        "/hwpts",
                        "{'devId':2,'ptId':1,'flags':['NEST_PARENT','DIRECT_MSI']}",
                        "parent"));
    }

    /// What every context wants of the host before it has heard that others want it: RAM, of which
    /// each takes another length from the same address on, and a device.
    List<Operation> contest(int number) {
        return List.of(
                keyed(
                        "PUT",
                        "/memory/regions/0x7f0010000000",
                        "{'length':'0x%x'}".formatted((number + 1) * 0x20_0000),
                        "wanted-ram"),
                keyed("POST", "/devices", "{'device':'" + DEVICES.get(1) + "'}", "wanted-device"));
    }

    private Operation keyed(String method, String path, String body, String key) {
        return operation(method, path, body, name + "-" + key, null);
    }

    private Operation operation(
            String method, String path, String body, @Nullable String key, @Nullable String tag) {
        return new Operation(
                context,
                method,
                "/v1/contexts/" + context + path,
                body.replace('\'', '"'),
                key,
                tag);
    }

    /// The next operation of a client.
    Operation next(Random random, String number) {
        if (random.nextInt(4) == 0) {
            return new ReadChoice(random).of(this);
        }
        String[] change = new ChangeChoice(random).next();
        boolean dry = random.nextInt(20) == 0 && !takesClaims(change);
        String path =
                dry
                        ? change[1] + (change[1].contains("?") ? "&" : "?") + "validateOnly=true"
                        : change[1];
        String tag = random.nextInt(25) == 0 ? "\"" + random.nextInt(1, 60) + "\"" : null;
        String key = !dry && random.nextInt(5) > 0 ? name + "-" + number : null;
        return operation(change[0], path, change[2], key, tag);
    }

    /// What a dry run would take, it does not ask for again.
    private static boolean takesClaims(String[] change) {
        return change[1].contains("hwpt")
                || change[1].contains("device")
                || change[1].contains("memory")
                || change[1].contains("file");
    }

    Operation read(String path) {
        return operation("GET", path, "", null, null);
    }

    Operation read(String path, String body) {
        return operation("POST", path, body, null, null);
    }

    static String mapping(String userVa, String iova, long length) {
        return "{'userVa':'%s','length':'0x%x','iova':'%s','access':['READ','WRITE']}"
                .formatted(userVa, length, iova);
    }
}

package dev.directmsi.conformance;

import java.util.Map;
import java.util.function.BiFunction;
import java.util.stream.IntStream;
import tools.jackson.databind.JsonNode;

/// Device files of VFIO.
final class VfioSteps {

    private static final int PASID = 1;
    private static final int BIND_BYTES = 16;
    private static final int ATTACH_BYTES = 12;
    private static final int DETACH_BYTES = 8;
    private static final int PASID_BYTES = 4;

    private static final int CONFIG_REGION = 7;
    private static final int COMMAND = 4;
    private static final int BUS_MASTER = 4;

    private static final int EVENTFD_TRIGGER = 4 | 32;
    private static final int NONE_TRIGGER = 1 | 32;

    private VfioSteps() {}

    static Map<String, Step> steps() {
        return Map.ofEntries(
                Map.entry("VFIO_OPEN", VfioSteps::open),
                Map.entry("VFIO_BIND_IOMMUFD", VfioSteps::bind),
                Map.entry("VFIO_ATTACH_IOMMUFD_PT", VfioSteps::attach),
                Map.entry("VFIO_DETACH_IOMMUFD_PT", VfioSteps::detach),
                Map.entry("VFIO_SET_IRQS", VfioSteps::setIrqs),
                Map.entry("VFIO_GET_IRQ_INFO", VfioSteps::irqInfo),
                Map.entry("VFIO_RESET", VfioSteps::reset),
                Map.entry("VFIO_WR", VfioSteps::write),
                Map.entry("VFIO_RD", (_, _) -> Result.no(Inexpressible.CONFIGURATION_SPACE)),
                Map.entry("VFIO_GET_INFO", (_, _) -> Result.no(Inexpressible.CONFIGURATION_SPACE)),
                Map.entry(
                        "VFIO_GET_REGION_INFO",
                        (_, _) -> Result.no(Inexpressible.CONFIGURATION_SPACE)),
                Map.entry("VFIO_PCICAP", (_, _) -> Result.no(Inexpressible.PROCESS_ONLY)));
    }

    private static Result open(Operation operation, Session session) {
        session.open(operation.out("fd"), new Handle.Device(operation.in("path").asString()));
        return Result.no(Inexpressible.PROCESS_ONLY);
    }

    private static Result bind(Operation operation, Session session) {
        if (operation.number("argsz") < BIND_BYTES || operation.number("flags") != 0) {
            return Result.no(Inexpressible.VFIO_STRUCTURE);
        }
        if (!operation.symbol("iommufd").startsWith("$ctx:")) {
            return Result.no(Inexpressible.HANDLE);
        }
        if (!(session.handle(operation.symbol("devfd")).orElse(null)
                instanceof Handle.Device device)) {
            return Result.no(Inexpressible.HANDLE);
        }
        if (!session.turnTo(operation.symbol("iommufd"))) {
            return Result.no(Inexpressible.HANDLE);
        }
        Answer bound = session.post("/devices", "device", device.address);
        device.missing = !bound.succeeded() && operation.succeeded();
        return bound.result(made -> {
            device.id = made.number("id");
            session.bindToCurrent(device);
            return Result.of("out_devid", made.at("id"));
        });
    }

    private static Result attach(Operation operation, Session session) {
        if (isMalformed(operation, ATTACH_BYTES)) {
            return Result.no(Inexpressible.VFIO_STRUCTURE);
        }
        return onDevice(
                operation,
                session,
                (_, path) ->
                        session.put(path + place(operation), "ptId", session.id(operation, "pt_id"))
                                .result(done -> Result.of("pt_id", done.at("hwptId"))));
    }

    private static Result detach(Operation operation, Session session) {
        if (isMalformed(operation, DETACH_BYTES)) {
            return Result.no(Inexpressible.VFIO_STRUCTURE);
        }
        return onDevice(
                operation, session, (_, path) -> session.delete(path + place(operation)).result());
    }

    private static boolean isMalformed(Operation operation, int bytes) {
        boolean pasid = (operation.number("flags") & PASID) != 0;
        return (operation.number("flags") & ~PASID) != 0
                || operation.number("argsz") < (pasid ? bytes + PASID_BYTES : bytes);
    }

    private static String place(Operation operation) {
        return (operation.number("flags") & PASID) == 0
                ? "/attachment"
                : "/pasids/" + operation.number("pasid") + "/attachment";
    }

    private static Result setIrqs(Operation operation, Session session) {
        String type = operation.hex("index");
        if (operation.number("flags") == NONE_TRIGGER && operation.number("count") > 0) {
            return loopBack(operation, session);
        }
        return switch ((int) operation.number("flags")) {
            case EVENTFD_TRIGGER ->
                    onDevice(
                            operation,
                            session,
                            (device, path) ->
                                    session.post(
                                                    path + "/irqs/enable",
                                                    "type",
                                                    type,
                                                    "start",
                                                    operation.number("start"),
                                                    "count",
                                                    operation.number("count"))
                                            .result(_ -> {
                                                connect(operation, session, device);
                                                return Result.of();
                                            }));
            case NONE_TRIGGER ->
                    onDevice(
                            operation,
                            session,
                            (device, path) ->
                                    session.post(path + "/irqs/disable", "type", type)
                                            .result(_ -> {
                                                device.interrupts.clear();
                                                return Result.of();
                                            }));
            default -> Result.no(Inexpressible.VFIO_STRUCTURE);
        };
    }

    private static void connect(Operation operation, Session session, Handle.Device device) {
        String[] events = operation.symbol("fds").split(",", -1);
        IntStream.range(0, events.length)
                .forEach(i -> {
                    long vector = operation.number("start") + i;
                    if (session.handle(events[i]).orElse(null) instanceof Handle.Counter counter) {
                        device.interrupts.put(vector, counter);
                    } else {
                        device.interrupts.remove(vector);
                    }
                });
    }

    /// VFIO signals the process's events itself, which no device sees.
    private static Result loopBack(Operation operation, Session session) {
        if (session.handle(operation.symbol("devfd")).orElse(null)
                instanceof Handle.Device device) {
            long start = operation.number("start");
            for (long vector = start; vector < start + operation.number("count"); vector++) {
                Handle.Counter counter = device.interrupts.get(vector);
                if (counter != null) {
                    counter.signal();
                }
            }
        }
        return Result.no(Inexpressible.VFIO_STRUCTURE);
    }

    private static Result irqInfo(Operation operation, Session session) {
        String type = operation.number("index") == 1 ? "MSI" : "MSIX";
        if (operation.number("index") != 1 && operation.number("index") != 2) {
            return Result.no(Inexpressible.CONFIGURATION_SPACE);
        }
        return onDevice(
                operation,
                session,
                (_, path) ->
                        session.get(path + "/irqs")
                                .result(shown ->
                                        Result.of("count", count(shown.at("available"), type))));
    }

    private static long count(JsonNode available, String type) {
        return available
                .valueStream()
                .filter(index -> index.path("type").asString().equals(type))
                .mapToLong(index -> index.path("count").asLong())
                .sum();
    }

    private static Result reset(Operation operation, Session session) {
        return onDevice(
                operation,
                session,
                (device, path) -> {
                    device.interrupts.clear();
                    return session.post(path + "/reset").result();
                });
    }

    private static Result write(Operation operation, Session session) {
        long offset = operation.number("off");
        long value = operation.number("value");
        if (operation.number("region") == CONFIG_REGION && offset == COMMAND) {
            return onDevice(
                    operation,
                    session,
                    (_, path) ->
                            session.put(path + "/bus-master", "enabled", (value & BUS_MASTER) != 0)
                                    .result());
        }
        if (operation.number("region") != 0) {
            return Result.no(Inexpressible.CONFIGURATION_SPACE);
        }
        return onDevice(
                operation,
                session,
                (device, path) ->
                        device.registers.write(offset, value, new Bus(session, device, path)));
    }

    /// A step on the device that a file leads to, once it is bound.
    private static Result onDevice(
            Operation operation, Session session, BiFunction<Handle.Device, String, Result> step) {
        if (!(session.handle(operation.symbol("devfd")).orElse(null)
                instanceof Handle.Device device)) {
            return Result.no(Inexpressible.HANDLE);
        }
        if (device.id != null) {
            return step.apply(device, "/devices/" + device.id);
        }
        return device.missing ? Session.MISSING : Result.no(Inexpressible.HANDLE);
    }
}

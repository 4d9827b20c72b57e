package dev.directmsi.conformance;

import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/// The words of a device's real MSI capability and MSI-X table: what was programmed into it.
final class PciSteps {

    private static final int MSI = 5;
    private static final int MSIX = 17;

    private static final int CONTROL = 2;
    private static final int ADDRESS = 4;
    private static final int UPPER_ADDRESS = 8;
    private static final int DATA = 12;

    private static final int MSI_ENABLE = 1;
    private static final int MSI_ADDRESS64 = 0x80;
    private static final int MSIX_ENABLE = 0x8000;

    private static final int TABLE_ENTRY = 16;

    private static final Pattern IN_CAPABILITY = Pattern.compile("\\$(\\w+)\\.off\\+(\\d+)");

    private PciSteps() {}

    static Map<String, Step> steps() {
        return Map.of("PCI_RD", PciSteps::read);
    }

    private static Result read(Operation operation, Session session) {
        Handle.Device device = session.boundDevice(operation.in("bdf").asString()).orElse(null);
        if (device == null) {
            return Result.no(Inexpressible.HANDLE);
        }
        String path = "/devices/" + device.id;
        long offset = operation.number("off");
        if (operation.has("bar")) {
            return table(session, path, offset / TABLE_ENTRY, (int) offset % TABLE_ENTRY);
        }
        Matcher place = IN_CAPABILITY.matcher(operation.symbol("off"));
        if (!place.matches()) {
            return Result.no(Inexpressible.CONFIGURATION_SPACE);
        }
        int word = Integer.parseInt(place.group(2));
        int capability = (int) session.named(place.group(1)).number("cap");
        if (word == CONTROL) {
            return control(session, path, capability);
        }
        return capability == MSI
                ? message(session, path, word)
                : Result.no(Inexpressible.CONFIGURATION_SPACE);
    }

    private static Result control(Session session, String path, int capability) {
        return session.get(path)
                .result(shown -> {
                    JsonNode can = shown.at("interrupts");
                    String type = shown.at("irqType").asString();
                    return switch (capability) {
                        case MSI ->
                                value(
                                        (type.equals("MSI") ? MSI_ENABLE : 0)
                                                | (can.path("msiAddress64").asBoolean()
                                                        ? MSI_ADDRESS64
                                                        : 0));
                        case MSIX ->
                                value(
                                        (type.equals("MSIX") ? MSIX_ENABLE : 0)
                                                | (can.path("msix").asInt() - 1));
                        default -> Result.no(Inexpressible.CONFIGURATION_SPACE);
                    };
                });
    }

    private static Result message(Session session, String path, int word) {
        return session.get(path + "/msi-vectors/0")
                .result(vector -> {
                    JsonNode message = vector.at("deviceMessage");
                    long address = Operation.numberOf(message.path("address"));
                    return switch (word) {
                        case ADDRESS -> value(address & 0xffff_ffffL);
                        case UPPER_ADDRESS -> value(address >>> Integer.SIZE);
                        case DATA -> value(message.path("data").asLong());
                        default -> Result.no(Inexpressible.CONFIGURATION_SPACE);
                    };
                });
    }

    private static Result table(Session session, String path, long vector, int word) {
        return session.get(path + "/msi-vectors/" + vector)
                .result(entry -> {
                    JsonNode message = entry.at("deviceMessage");
                    long address = Operation.numberOf(message.path("address"));
                    return switch (word) {
                        case 0 -> value(address & 0xffff_ffffL);
                        case 4 -> value(address >>> Integer.SIZE);
                        case 8 -> value(message.path("data").asLong());
                        default ->
                                value(
                                        entry.at("state").asString().equals("ACTIVE")
                                                        && !entry.at("masked").asBoolean()
                                                ? 0
                                                : 1);
                    };
                });
    }

    private static Result value(long value) {
        return Result.of("value", Operation.hex(value));
    }
}

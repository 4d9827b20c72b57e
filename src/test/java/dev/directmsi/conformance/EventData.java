package dev.directmsi.conformance;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import tools.jackson.databind.JsonNode;

/// The payload of a guest's event, as the kernel writes it.
final class EventData {

    private static final int ARM_SMMUV3_LENGTH = 32;

    private EventData() {}

    static String hex(JsonNode event) {
        if (event.has("words")) {
            ByteBuffer bytes =
                    ByteBuffer.allocate(ARM_SMMUV3_LENGTH).order(ByteOrder.LITTLE_ENDIAN);
            event.path("words").forEach(word -> bytes.putLong(Operation.numberOf(word)));
            return Payload.hex(bytes.array());
        }
        if (event.has("virtId")) {
            return Payload.hex(
                    ByteBuffer.allocate(Integer.BYTES)
                            .order(ByteOrder.LITTLE_ENDIAN)
                            .putInt((int) Operation.numberOf(event.path("virtId")))
                            .array());
        }
        return Payload.hex(Payload.bytesOf(event.path("data").asString("")));
    }
}

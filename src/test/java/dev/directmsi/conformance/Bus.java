package dev.directmsi.conformance;

import java.util.Arrays;
import tools.jackson.databind.JsonNode;

/// What a bound device does on the bus.
///
/// @param path of the device below its context
record Bus(Session session, Handle.Device device, String path) {

    /// A fault is reported for each transaction, and those of the emulated devices have this many
    /// bytes.
    private static final int TRANSACTION = 4;

    private static final int PAGE = 4096;

    /// Signals a vector.
    Result interrupt(int vector) {
        JsonNode message =
                session.get(path + "/msi-vectors/" + vector).json().path("deviceMessage");
        if (message.has("address")) {
            lookAt("WRITE", Operation.numberOf(message.path("address")), TRANSACTION);
        }
        return session.post(path + "/msi-write", "vector", vector)
                .result(written -> {
                    Handle.Counter counter = device.interrupts.get((long) vector);
                    if (counter != null && written.at("outcome").asString().equals("DELIVERED")) {
                        counter.signal();
                    }
                    return Result.of();
                });
    }

    Result write(long iova, byte[] bytes) {
        lookAt("WRITE", iova, bytes.length);
        Result result = Result.of();
        for (int i = 0; i < bytes.length && result.succeeded(); i += TRANSACTION) {
            byte[] part = Arrays.copyOfRange(bytes, i, Math.min(i + TRANSACTION, bytes.length));
            result = dma("WRITE", iova + i, part.length, Payload.base64(part)).result();
        }
        return result;
    }

    /// Fills `bytes`, with zeros where nothing was reached.
    Result read(long iova, byte[] bytes) {
        lookAt("READ", iova, bytes.length);
        for (int i = 0; i < bytes.length; i += TRANSACTION) {
            int length = Math.min(TRANSACTION, bytes.length - i);
            Answer answer = dma("READ", iova + i, length, Session.Absent.ABSENT);
            if (!answer.succeeded()) {
                return answer.result();
            }
            byte[] part = Payload.bytesOf(answer.at("data").asString(""));
            System.arraycopy(part, 0, bytes, i, part.length);
        }
        return Result.of();
    }

    private Answer dma(String access, long iova, int length, Object data) {
        return session.post(
                path + "/dma",
                "access",
                access,
                "iova",
                Operation.hex(iova),
                "length",
                Operation.hex(length),
                "data",
                data);
    }

    /// Sees to it that the memory which is read or partly written has its first content.
    private void lookAt(String access, long iova, long length) {
        for (long at = iova; at < iova + length; at = (at & -PAGE) + PAGE) {
            Answer seen =
                    session.post(path + "/explain", "access", access, "address", Operation.hex(at));
            if (seen.succeeded() && seen.json().has("pa")) {
                session.memory()
                        .touchPhysical(session, Operation.numberOf(seen.at("pa")), TRANSACTION);
            }
        }
    }
}

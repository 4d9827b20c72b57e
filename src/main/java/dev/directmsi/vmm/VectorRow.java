package dev.directmsi.vmm;

import dev.directmsi.vmm.client.model.VectorMessage;
import dev.directmsi.vmm.client.model.VectorResponse;
import java.util.List;
import java.util.Objects;

/// A programmed vector as a line: what the interrupt layer answered, and what the device got.
final class VectorRow {

    static final List<String> HEAD =
            List.of("device", "interrupt layer", "the device gets", "data", "whose address");

    private VectorRow() {}

    static List<String> of(GuestDevice device, VectorResponse vector) {
        VectorMessage physical = Objects.requireNonNull(vector.getPhysicalMessage());
        VectorMessage given = Objects.requireNonNull(vector.getDeviceMessage());
        return List.of(
                device.name(),
                physical.getAddress(),
                given.getAddress(),
                given.getData().toString(),
                Transcript.text(vector.getAddressOrigin()));
    }
}

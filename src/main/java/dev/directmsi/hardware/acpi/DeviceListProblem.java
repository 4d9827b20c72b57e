package dev.directmsi.hardware.acpi;

/// What is wrong with a device list, and on which line.
public final class DeviceListProblem extends RuntimeException {

    private final int line;
    private final String reason;

    /// @param line counted from 1
    public DeviceListProblem(int line, String reason) {
        super("devices, line " + line + ": " + reason, null, false, false);
        this.line = line;
        this.reason = reason;
    }

    public int line() {
        return line;
    }

    public String reason() {
        return reason;
    }
}

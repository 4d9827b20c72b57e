package dev.directmsi.hardware.acpi;

import dev.directmsi.address.Address;

/// What is wrong with a firmware table, and where.
public final class AcpiProblem extends RuntimeException {

    private final String table;
    private final long offset;
    private final String reason;

    /// @param table `IORT` or `MADT`
    /// @param offset bytes from the start of the table
    /// @param reason what is wrong there, for people
    public AcpiProblem(String table, long offset, String reason) {
        // A refusal of input is no bug of ours: a stack trace would only cost time.
        super(table + " at " + Address.hex(offset) + ": " + reason, null, false, false);
        this.table = table;
        this.offset = offset;
        this.reason = reason;
    }

    public String table() {
        return table;
    }

    public long offset() {
        return offset;
    }

    public String reason() {
        return reason;
    }
}

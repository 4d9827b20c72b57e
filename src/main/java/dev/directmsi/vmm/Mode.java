package dev.directmsi.vmm;

/// What the VMM does with the MSI address that the guest chose.
enum Mode {

    /// Passes it down, with the page where the guest sees its ITS: the proposal.
    DIRECT,

    /// Throws it away; the host chooses an address in its window: Linux today.
    WINDOW;

    /// As it is written on the command line.
    String option() {
        return name().toLowerCase(java.util.Locale.ROOT);
    }
}

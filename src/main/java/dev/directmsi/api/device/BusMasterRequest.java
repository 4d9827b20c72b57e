package dev.directmsi.api.device;

/// The bus master bit of the PCI command register.
///
/// @param enabled whether the device may issue memory transactions
record BusMasterRequest(boolean enabled) {}

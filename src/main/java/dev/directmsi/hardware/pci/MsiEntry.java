package dev.directmsi.hardware.pci;

/**
 * What a function holds for one vector: an entry of its MSI-X table, or its MSI capability
 * registers.
 *
 * @param address lower and upper address register together
 * @param data the data register; with multi-message MSI the device ORs the vector's number into it
 * @param masked the device does not write while set
 */
public record MsiEntry(long address, int data, boolean masked) {}

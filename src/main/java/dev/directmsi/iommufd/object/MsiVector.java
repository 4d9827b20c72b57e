package dev.directmsi.iommufd.object;

import dev.directmsi.msi.VectorState;

/**
 * A vector of a device that is STAGED or ACTIVE.
 *
 * @param device the bound device
 * @param index entry of the MSI-X table, or number of the MSI message
 * @param masked the message stays, the device does not write it
 */
public record MsiVector(ObjectId device, int index, VectorState state, boolean masked) {}

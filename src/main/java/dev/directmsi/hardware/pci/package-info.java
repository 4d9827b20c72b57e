/**
 * PCI functions, their capabilities and groups, and the whole host as a Topology. Source: PCI
 * Express base specification; the shape of a topology document is the design's lab.yaml.
 *
 * <p>May import: the other hardware packages and {@code address}.
 */
@NullMarked
package dev.directmsi.hardware.pci;

import org.jspecify.annotations.NullMarked;

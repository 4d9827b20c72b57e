/// PCI functions, their capabilities and groups, the whole host as a Topology, and the rules that
/// it keeps. Source: PCI Express base specification; the shape of a topology document is that of
/// the preset `lab`.
///
/// Decision: records do not check themselves; [dev.directmsi.hardware.pci.TopologyRules] checks a
/// whole host and finds all that is wrong with it, each with its place. Rejected: constructors that
/// throw, which name one problem and no place.
///
/// May import: the other hardware packages and `address`.
@NullMarked
package dev.directmsi.hardware.pci;

import org.jspecify.annotations.NullMarked;

/// An IOMMUFD-style control plane for devices behind Arm SMMUv3s whose MSIs end at GICv3 ITSes.
///
/// This package only starts the service. Which package may import which is drawn in
/// `src/test/resources/architecture.puml`, and the architecture test holds the code to that
/// drawing.
@NullMarked
package dev.directmsi;

import org.jspecify.annotations.NullMarked;

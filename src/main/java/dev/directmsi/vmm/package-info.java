/// The virtual VMM: a program that boots an imaginary guest through the HTTP API and tells, address
/// by address, what becomes of its interrupts.
///
/// It stands for QEMU in the story: it binds devices, builds stage 2, hands the guest's stage 1 on,
/// and does with the guest's MSI address what its mode says. In `window` mode, as today, it throws
/// the address away; in `direct` mode, the proposal, it passes it down together with the page where
/// the guest sees its ITS.
///
/// Invariants. What it knows of the machine it has read from the service; every address that it
/// prints is the guest's own choice ([GuestLayout]) or stands in an answer. It leaves nothing
/// behind unless it is told to.
///
/// Decisions. It speaks to the service only through the client generated from
/// `openapi/iommufd.yaml`, as anybody's program would: what is awkward for it is awkward for
/// everybody. Rejected: a client of our own records, which would prove nothing about the document.
///
/// May import: `java.*` and the generated client.
@NullMarked
package dev.directmsi.vmm;

import org.jspecify.annotations.NullMarked;

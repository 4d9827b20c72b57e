package dev.directmsi.api.device;

import dev.directmsi.iommufd.object.ObjectId;
import io.swagger.v3.oas.annotations.media.Schema;

/// Attaches a device, or moves it.
///
/// @param ptId an address space, for which a page table is found or made, or a page table
@Schema(example = "{\"ptId\":5}")
record AttachRequest(ObjectId ptId) {}

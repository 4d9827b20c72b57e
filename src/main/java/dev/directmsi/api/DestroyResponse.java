package dev.directmsi.api;

import dev.directmsi.iommufd.command.DestroyObject;
import dev.directmsi.iommufd.command.Types;
import dev.directmsi.iommufd.object.ObjectId;

/// What went.
///
/// @param mappings that went with an address space
/// @param events that went with a queue, unread
record DestroyResponse(ObjectId id, String type, int mappings, int events) {

    static DestroyResponse of(DestroyObject.Destroyed destroyed) {
        return new DestroyResponse(
                destroyed.object().id(),
                Types.of(destroyed.object()),
                destroyed.mappings(),
                destroyed.events());
    }
}

package dev.directmsi.api;

import dev.directmsi.iommufd.ContextId;
import dev.directmsi.iommufd.ContextView;

/// A context.
///
/// @param id from a sequence, never reused
/// @param name for people; empty if none was given
/// @param host the machine underneath
/// @param hostPageSize page size of the modelled kernel, bytes
/// @param revision counts the commits that changed something
/// @param objects how many there are
/// @param mappings of all IOASes
record ContextResponse(
        ContextId id,
        String name,
        String host,
        long hostPageSize,
        long revision,
        int objects,
        int mappings) {

    static ContextResponse of(ContextView context) {
        return new ContextResponse(
                context.id(),
                context.info().name(),
                context.info().host(),
                context.pageSize().bytes(),
                context.revision(),
                context.objects().size(),
                context.mappingCount());
    }
}

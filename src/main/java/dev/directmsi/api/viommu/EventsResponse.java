package dev.directmsi.api.viommu;

import dev.directmsi.api.wire.EventResponse;
import dev.directmsi.iommufd.command.ReadVevents.Vevent;
import dev.directmsi.iommufd.object.QueuedEvent;
import java.util.List;

/// Events that were taken.
///
/// @param events oldest first
record EventsResponse(List<EventResponse> events) {

    static EventsResponse of(List<Vevent> events) {
        return new EventsResponse(events.stream().map(EventsResponse::show).toList());
    }

    static EventResponse show(Vevent event) {
        QueuedEvent record = event.event();
        return record == null
                ? EventResponse.lostAt(event.sequence())
                : EventResponse.of(record, event.queueType());
    }
}

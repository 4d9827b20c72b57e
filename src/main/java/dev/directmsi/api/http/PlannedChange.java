package dev.directmsi.api.http;

/// One change that a mutation would make.
///
/// @param kind what would happen: `OBJECT_CREATED`, `MAPPING_REMOVED`, …
/// @param object what it would happen to, as it would be afterwards, or was before it went
public record PlannedChange(String kind, Object object) {}

package dev.directmsi.api.events;

import org.jspecify.annotations.Nullable;

/// One change of a commit, or the number of changes of one kind.
///
/// @param kind what happened: `OBJECT_CREATED`, `MAPPING_REMOVED`, …
/// @param object what it happened to, as it was afterwards, or before it went; the shape is that of
///   the resource's own GET and of validateOnly
/// @param count instead of the object, where the commit is summarized
record LoggedChange(String kind, @Nullable Object object, @Nullable Integer count) {}

package dev.directmsi.api.selftest;

/// What was pinned.
///
/// @param pagesId its number, to let go of it
record PinnedResponse(int pagesId) {}

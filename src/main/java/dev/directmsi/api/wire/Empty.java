package dev.directmsi.api.wire;

/// A body without properties: what an operation takes that has no parameters. It may be left out.
public record Empty() {}

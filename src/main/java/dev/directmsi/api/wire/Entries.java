package dev.directmsi.api.wire;

/// A list of fixed-size structures: `[["0x1","0x0"], …]`, 64-bit words each, or `{"raw": base64,
/// "entryLength": 16}`.
///
/// @param bytes all of them, little endian
/// @param count how many
/// @param entryLength bytes of each
@SuppressWarnings("ArrayRecordComponent") // handed on, never compared
public record Entries(byte[] bytes, long count, long entryLength) {}

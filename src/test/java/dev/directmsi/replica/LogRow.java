package dev.directmsi.replica;

/// A row of the change log, and when it was written among all rows.
record LogRow(long order, long context, long revision, String changes) {}

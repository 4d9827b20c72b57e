package dev.directmsi.conformance;

/// How one kind of operation is said over HTTP.
@FunctionalInterface
interface Step {

    Result replay(Operation operation, Session session);
}

package dev.directmsi.hardware.pci;

/// What is wrong with a topology, and where.
///
/// @param place in the document, like `devices[3].smmu`; empty for the document as a whole
/// @param message for people, with the values that contradict each other
public record TopologyProblem(String place, String message) {

    /// The number in the place's first brackets, or −1.
    public int index() {
        int open = place.indexOf('[');
        int close = place.indexOf(']', open + 1);
        return open < 0 || close < 0 ? -1 : Integer.parseInt(place, open + 1, close, 10);
    }

    @Override
    public String toString() {
        return place.isEmpty() ? message : place + ": " + message;
    }
}

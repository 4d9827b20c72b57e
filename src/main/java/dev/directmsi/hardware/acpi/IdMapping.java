package dev.directmsi.hardware.acpi;

/// One id mapping of an IORT node (DEN 0049 E.b, table 4): a range of input ids, where it begins in
/// the output space, and the node that it leads to. The table stores the number of ids minus one.
///
/// @param offset of the mapping in the table
/// @param inputFirst lowest input id, unsigned 32-bit
/// @param inputLast highest input id
/// @param outputFirst what the lowest input id becomes
/// @param target offset of the node it leads to
/// @param single one output id, whatever the input (Single Mapping flag)
public record IdMapping(
        int offset,
        long inputFirst,
        long inputLast,
        long outputFirst,
        long target,
        boolean single) {

    /// Ids end here.
    static final long HIGHEST_ID = 0xffff_ffffL;

    public boolean contains(long id) {
        return single || (inputFirst <= id && id <= inputLast);
    }

    /// The output id of an input id that the mapping contains.
    public long map(long id) {
        return single ? outputFirst : outputFirst + (id - inputFirst);
    }

    public long outputLast() {
        return single ? outputFirst : outputFirst + (inputLast - inputFirst);
    }
}

package dev.directmsi.replica;

import java.nio.charset.StandardCharsets;

/// What a lying network does to a statement.
///
/// @param statement only this one is changed: a part of its text
/// @param truth the part to change
/// @param told what the database hears instead
record Lie(String statement, String truth, String told) {

    /// Every commit is let through, whatever revision it was decided on.
    static final Lie REVISION_NEVER_MOVES =
            new Lie("SET revision = revision +", "AND revision = $", "AND revision > 0 * $");

    /// Every view is confirmed, whatever has been committed since.
    static final Lie EVERY_VIEW_IS_FRESH =
            new Lie(
                    "AS seen (id, revision)",
                    "context.revision = seen.revision",
                    "0 < seen.revision");

    /// Nobody has claimed any RAM.
    static final Lie RAM_IS_FREE = new Lie("FROM claim", "AND kind = 'RAM'", "AND kind = 'ROM'");

    byte[] tell(byte[] message) {
        String text = new String(message, StandardCharsets.ISO_8859_1);
        return text.contains(statement)
                ? text.replace(truth, told).getBytes(StandardCharsets.ISO_8859_1)
                : message;
    }
}

package dev.directmsi.control;

import dev.directmsi.iommufd.Change;
import dev.directmsi.iommufd.ContextView;
import java.util.List;

/**
 * Says what a commit changes, for the event stream. Asked before the commit, because the text is
 * written in the same transaction, and what an object looks like depends on the context as it was.
 */
@FunctionalInterface
public interface ChangeText {

    /** Says nothing. */
    ChangeText SILENT = (_, _) -> "[]";

    /**
     * The changes as a JSON array.
     *
     * @param before the context on which the commit was decided
     */
    String of(List<Change> changes, ContextView before);
}

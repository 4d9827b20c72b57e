package dev.directmsi.store;

import dev.directmsi.iommufd.Change;
import java.util.List;

/// What the change log says of a commit, for tests that compare it with what the rules decide.
public final class LoggedChanges {

    private LoggedChanges() {}

    public static String text(List<Change> changes) {
        return ChangeLog.text(changes);
    }
}

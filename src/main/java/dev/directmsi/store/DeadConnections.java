package dev.directmsi.store;

import com.zaxxer.hikari.SQLExceptionOverride;
import java.sql.SQLException;
import java.util.Set;

/// Errors after which a connection is thrown away that the pool would not know as such: it knows
/// those of class 08 and a few of class 57. A pool that is busy does not look whether a connection
/// is alive that was used a moment ago, and would hand out a dead one for ever.
final class DeadConnections implements SQLExceptionOverride {

    /// PostgreSQL: has ended a transaction that idled or lasted too long; has become a standby. H2:
    /// closed, broken, unreadable or unwritable, with numbers of its own.
    private static final Set<String> STATES =
            Set.of(
                    "25P03", "25P04", "25006", "90007", "90028", "90030", "90031", "90067", "90098",
                    "90121");

    static boolean isDead(SQLException failure) {
        String state = failure.getSQLState();
        return state != null && STATES.contains(state);
    }

    @java.lang.Override
    public Override adjudicate(SQLException failure) {
        return isDead(failure) ? Override.MUST_EVICT : Override.CONTINUE_EVICT;
    }
}

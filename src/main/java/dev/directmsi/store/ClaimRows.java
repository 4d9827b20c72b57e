package dev.directmsi.store;

import dev.directmsi.address.AddressRange;
import dev.directmsi.control.ContextStore.StoredClaim;
import dev.directmsi.control.StoreException;
import dev.directmsi.hardware.smmu.Vmid;
import dev.directmsi.iommufd.Change;
import dev.directmsi.iommufd.Claim;
import dev.directmsi.iommufd.Claim.AsidClaim;
import dev.directmsi.iommufd.Claim.DeviceClaim;
import dev.directmsi.iommufd.Claim.GroupClaim;
import dev.directmsi.iommufd.Claim.RamClaim;
import dev.directmsi.iommufd.Claim.VmidClaim;
import dev.directmsi.iommufd.ContextId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.simple.JdbcClient;

/// The claims that one transaction takes and releases for a context.
///
/// A commit that takes a claim locks the host's row first, before it touches any claim. Two
/// reasons. That no two stretches of RAM overlap is not a matter of equal keys, so those who claim
/// must take turns. And a commit that had released a claim before it waits for the lock could meet
/// one that holds the lock and waits for the released key: a deadlock.
final class ClaimRows {

    private static final String HOST =
            "SELECT name FROM host WHERE name = (SELECT host FROM context WHERE id = ?)";

    private final JdbcClient jdbc;
    private final long context;
    private final String host;

    /// Claims for the changes of a commit whose context row is locked already.
    static ClaimRows of(JdbcClient jdbc, ContextId context, List<Change> changes) {
        boolean takes = changes.stream().anyMatch(Change.ResourceClaimed.class::isInstance);
        boolean releases = changes.stream().anyMatch(Change.ResourceReleased.class::isInstance);
        if (!takes && !releases) {
            return new ClaimRows(jdbc, context, "");
        }
        String host =
                jdbc.sql(takes ? HOST + " FOR UPDATE" : HOST)
                        .param(context.value())
                        .query(String.class)
                        .single();
        return new ClaimRows(jdbc, context, host);
    }

    private ClaimRows(JdbcClient jdbc, ContextId context, String host) {
        this.jdbc = jdbc;
        this.context = context.value();
        this.host = host;
    }

    void take(Claim claim) {
        Long first = null;
        Long last = null;
        if (claim instanceof RamClaim(AddressRange range)) {
            refuseOverlap(range);
            first = Unsigned.column(range.first());
            last = Unsigned.column(range.last());
        }
        try {
            jdbc.sql(
                            """
                            INSERT INTO claim (host, kind, name, context_id, first_address, last_address)
                            VALUES (?, ?, ?, ?, ?, ?)
                            """)
                    .param(host)
                    .param(kind(claim))
                    .param(name(claim))
                    .param(context)
                    .param(first)
                    .param(last)
                    .update();
        } catch (DuplicateKeyException e) {
            throw new StoreException.ClaimTaken(claim + " is taken on host " + host, e);
        }
    }

    private void refuseOverlap(AddressRange range) {
        boolean overlaps =
                jdbc.sql(
                                """
                                SELECT EXISTS (SELECT 1 FROM claim
                                               WHERE host = ? AND kind = 'RAM'
                                                 AND first_address <= ? AND last_address >= ?)
                                """)
                        .params(host, Unsigned.column(range.last()), Unsigned.column(range.first()))
                        .query(Boolean.class)
                        .single();
        if (overlaps) {
            throw new StoreException.ClaimTaken(
                    "RAM in " + range + " is taken on host " + host, null);
        }
    }

    void release(Claim claim) {
        int released =
                jdbc.sql(
                                """
                                DELETE FROM claim
                                WHERE host = ? AND kind = ? AND name = ? AND context_id = ?
                                """)
                        .params(host, kind(claim), name(claim), context)
                        .update();
        if (released != 1) {
            throw new IllegalStateException("context " + context + " does not have " + claim);
        }
    }

    /// All claims on a host.
    static List<StoredClaim> on(JdbcClient jdbc, String host) {
        return jdbc.sql(
                        """
                        SELECT kind, name, context_id, first_address, last_address
                        FROM claim WHERE host = ? ORDER BY kind, name
                        """)
                .param(host)
                .query((row, _) ->
                        new StoredClaim(new ContextId(row.getLong("context_id")), claim(row)))
                .list();
    }

    private static Claim claim(ResultSet row) throws SQLException {
        String kind = row.getString("kind");
        String name = row.getString("name");
        int slash = name.lastIndexOf('/');
        return switch (kind) {
            case "GROUP" -> new GroupClaim(Integer.parseInt(name));
            case "DEVICE" -> new DeviceClaim(name);
            case "VMID" -> new VmidClaim(name.substring(0, slash), new Vmid(number(name, slash)));
            case "ASID" -> new AsidClaim(name.substring(0, slash), number(name, slash));
            case "RAM" ->
                    new RamClaim(
                            new AddressRange(
                                    Unsigned.read(row, "first_address"),
                                    Unsigned.read(row, "last_address")));
            default -> throw new IllegalStateException("a claim of kind " + kind);
        };
    }

    private static int number(String name, int slash) {
        return Integer.parseInt(name.substring(slash + 1));
    }

    private static String kind(Claim claim) {
        return switch (claim) {
            case GroupClaim _ -> "GROUP";
            case DeviceClaim _ -> "DEVICE";
            case VmidClaim _ -> "VMID";
            case AsidClaim _ -> "ASID";
            case RamClaim _ -> "RAM";
        };
    }

    private static String name(Claim claim) {
        return switch (claim) {
            case GroupClaim(int group) -> Integer.toString(group);
            case DeviceClaim(String function) -> function;
            case VmidClaim(String smmu, Vmid vmid) -> smmu + "/" + vmid;
            case AsidClaim(String smmu, int asid) -> smmu + "/" + asid;
            case RamClaim(AddressRange range) -> range.toString();
        };
    }
}

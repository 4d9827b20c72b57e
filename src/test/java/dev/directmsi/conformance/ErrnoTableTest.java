package dev.directmsi.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// Whether every outcome is really shown is asked when recordings are replayed: [TraceReplayTest].
class ErrnoTableTest {

    private static final List<String> LINES =
            List.of(
                    "# a comment",
                    "",
                    "DESTROY | ENOENT EBUSY | by DESTROY",
                    "HWPT_ALLOC | ENOSPC | scenario t15-vmid-exhaustion",
                    "HWPT_ALLOC | EPERM | scenario t15-vmid-exhaustion",
                    "A | EIO | test dev.directmsi.conformance.ErrnoTableTest#whatNothingShowsIsAHole",
                    "A | EIO | test dev.directmsi.conformance.ErrnoTableTest#gone",
                    "B | EFAULT | not POINTER",
                    "B | EFAULT | not MODELLED",
                    "C | EBUSY | never it happens");

    @Test
    void whatNothingShowsIsAHole() {
        ErrnoTable table = ErrnoTable.of(LINES);

        assertThat(table.holes(Map.of("DESTROY ENOENT", "here:1", "MAP EBUSY", "there:2")))
                .extracting(cell -> cell + " " + cell.what())
                .containsExactly(
                        "DESTROY EBUSY DESTROY",
                        "HWPT_ALLOC EPERM t15-vmid-exhaustion",
                        "A EIO dev.directmsi.conformance.ErrnoTableTest#gone",
                        "B EFAULT MODELLED");
    }

    @Test
    void whatDoesNotComeFromOperationsIsThere() {
        var seen = new HashMap<String, String>();
        ErrnoTable.addScripts(seen);

        assertThat(ErrnoTable.read().holes(seen))
                .allSatisfy(cell -> assertThat(cell.how()).isEqualTo("by"));
        assertThat(seen).containsKey("IOAS_MAP EEXIST").doesNotContainKey("DESTROY E2BIG");
    }
}

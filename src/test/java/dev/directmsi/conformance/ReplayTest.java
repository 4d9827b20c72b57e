package dev.directmsi.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.directmsi.api.Http;
import dev.directmsi.api.RunningService;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

/// The replay finds what differs, no less and no more.
class ReplayTest {

    private static final String HEADER =
            """
            {"trace":"made","machine":"aarch64","bufs":{"buf":["0x100000000","0x1000000"],
            "ro":["0x110000000","0x100000"],"huge":["0x120000000","0x400000"],
            "none":["0x130000000","0x0"],"file":["0x140000000","0x400000"]}}\
            """;

    private static final String FIRST =
            """
            {"op":"IOAS_ALLOC","in":{"size":12,"flags":0},"errno":null,"out":{"out_ioas_id":1}}\
            """;
    private static final String SECOND = FIRST.replace("_id\":1", "_id\":2");

    private static final String MAP =
            """
            {"op":"IOAS_MAP","in":{"size":40,"flags":7,"ioas_id":2,"__reserved":0,
            "user_va":"0x100000000","length":"0x1000","iova":"0x5000"},"errno":null,
            "out":{"iova":"0x5000"}}\
            """;
    private static final String DESTROY =
            """
            {"op":"DESTROY","in":{"size":8,"id":2},"errno":null,"out":{}}\
            """;

    private final Report report = new Report();

    @Test
    void whatTheKernelDidIsEqual() {
        replay(FIRST, SECOND, MAP, DESTROY, FIRST.replace("_id\":1", "_id\":2"));

        assertThat(report.summary()).startsWith("5 operations: 5 equal, 0 different");
    }

    @Test
    void anotherErrnoIsDifferent() {
        replay(FIRST, SECOND, MAP.replace("\"errno\":null", "\"errno\":\"EINVAL\""), DESTROY);

        assertThat(report.summary()).startsWith("4 operations: 3 equal, 1 different");
    }

    @Test
    void anotherOutputIsDifferent() {
        replay(FIRST, SECOND, MAP.replace("{\"iova\":\"0x5000\"}", "{\"iova\":\"0x6000\"}"));

        assertThat(report.summary()).startsWith("3 operations: 2 equal, 1 different");
    }

    @Test
    void anotherIdIsDifferentAndDoesNotMakeMore() {
        replay(
                FIRST,
                SECOND.replace("_id\":2", "_id\":7"),
                MAP.replace("\"ioas_id\":2", "\"ioas_id\":7"),
                DESTROY.replace("\"id\":2", "\"id\":7"));

        assertThat(report.summary()).startsWith("4 operations: 3 equal, 1 different");
    }

    @Test
    void aRefusalWhereTheKernelSucceededIsDifferentAndDoesNotMakeMore() {
        String refused =
                "{\"op\":\"HWPT_ALLOC\",\"in\":{\"size\":48,\"flags\":0,\"dev_id\":9,"
                        + "\"pt_id\":1},\"errno\":null,\"out\":{\"out_hwpt_id\":2}}";
        replay(FIRST, refused, SECOND.replace("_id\":2", "_id\":3"), DESTROY);

        assertThat(report.summary()).startsWith("4 operations: 3 equal, 1 different");
    }

    @Test
    void whatHttpCannotSayIsNotSent() {
        replay(FIRST, MAP.replace("\"__reserved\":0", "\"__reserved\":1"));

        assertThat(report.summary())
                .isEqualTo(
                        "2 operations: 1 equal, 0 different, 0 different on purpose, 1 not"
                                + " expressible");
    }

    private void replay(String... lines) {
        List<Operation> operations = new ArrayList<>();
        for (String line : lines) {
            operations.add(
                    new Operation(operations.size() + 2, JsonMapper.shared().readTree(line)));
        }
        Trace trace = new Trace("made", JsonMapper.shared().readTree(HEADER), operations);
        Http http = RunningService.http();
        new Replay(http, report).run(trace, new Hosts(http, "made-" + System.nanoTime()));
        assertThat(report.failures()).isEmpty();
    }
}

package dev.directmsi.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Counting the pins of memory costs what is mapped, not what the memory is large: a region of
/// terabytes is one row.
@Timeout(value = 20, unit = TimeUnit.SECONDS)
class CheckRefsTest {

    private final Http http = RunningService.http();
    private final String context = http.openContext("linux-selftest");

    private Reply check(String userVa, String length, int refs) {
        return http.post(
                context + "/selftest/check-refs",
                "{'userVa':'%s','length':'%s','refs':%d}".formatted(userVa, length, refs));
    }

    private void map(String userVa, String length) {
        http.post(
                        context + "/ioas/1/mappings",
                        "{'userVa':'%s','length':'%s','access':['READ']}".formatted(userVa, length))
                .expect(201);
    }

    @Test
    void largeMemoryIsCountedAtOnce() {
        http.put(context + "/memory/regions/0x10000000000", "{'length':'0x10000000000'}")
                .expect(201);
        http.post(context + "/ioas", "{}").expect(201);
        http.post(context + "/selftest/mock-domains", "{'ptId':1,'devFlags':0}").expect(201);
        map("0x10000002000", "0x4000");
        map("0x10000004000", "0x1000");

        check("0x10000006000", "0xffffffa000", 0).expect(204);
        check("0x10000000000", "0x2000", 0).expect(204);
        check("0x10000002000", "0x2000", 1).expect(204);
        check("0x10000004000", "0x1000", 2).expect(204);
        Reply low = check("0x10000002000", "0x4000", 1).expect(409);
        Reply high = check("0x10000005000", "0x10000", 1).expect(409);

        assertThat(low.at("/params/userVa")).isEqualTo("0x10000004000");
        assertThat(low.at("/params/pins")).isEqualTo("2");
        assertThat(high.at("/params/userVa")).isEqualTo("0x10000006000");
        check("0x20000000000", "0x1000", 0).expect(422).problem("MEMORY_NOT_RESOLVABLE");
        check("0x10000006000", "0xfffffeffffffa000", 0)
                .expect(422)
                .problem("MEMORY_NOT_RESOLVABLE");
        check("0x1fffffff000", "0x2000", 0).expect(422).problem("MEMORY_NOT_RESOLVABLE");
    }
}

package dev.directmsi.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/// 64-bit values survive the way in and out, wherever they stand: in a path, in a query, in a body.
class U64Test {

    private static final Http http = RunningService.http();
    private static final String context = http.openContext("lab");

    static {
        http.post(context + "/ioas", "{}").expect(201);
    }

    static Stream<BigInteger> values() {
        return Stream.of(0, 1, 31, 32, 53, 63, 64)
                .map(bits -> bits < 2 ? BigInteger.valueOf(bits) : BigInteger.TWO.pow(bits))
                .flatMap(power ->
                        Stream.of(power.subtract(BigInteger.ONE), power, power.add(BigInteger.ONE)))
                .filter(value -> value.signum() >= 0 && value.bitLength() <= 64)
                .distinct();
    }

    private static String canonical(BigInteger value) {
        return "0x" + value.toString(16);
    }

    /// All the ways to write a value that are understood.
    private static List<String> spellings(BigInteger value) {
        String hex = value.toString(16);
        return List.of(
                "0x" + hex,
                "0x" + hex.toUpperCase(Locale.ROOT),
                "0X" + hex,
                "0x0000" + hex,
                value.toString(),
                "000" + value);
    }

    @ParameterizedTest
    @MethodSource("values")
    void valueInAPath(BigInteger value) {
        for (String spelling : spellings(value)) {
            JsonNode problem =
                    http.get(context + "/ioas/1/mappings/" + spelling)
                            .expect(404)
                            .problem("MAPPING_NOT_FOUND");

            assertThat(problem.at("/params/iova").asString()).isEqualTo(canonical(value));
        }
    }

    @ParameterizedTest
    @MethodSource("values")
    void valueInAQuery(BigInteger value) {
        for (String spelling : spellings(value)) {
            JsonNode problem =
                    http.delete(context + "/ioas/1/mappings?length=0x1&iova=" + spelling)
                            .expect(value.bitLength() == 64 && value.bitCount() == 64 ? 422 : 404)
                            .json();

            assertThat(problem.at("/params/first").asString()).isEqualTo(canonical(value));
        }
    }

    @ParameterizedTest
    @MethodSource("values")
    void valueInABody(BigInteger value) {
        for (String spelling : spellings(value)) {
            assertThat(echoed("'" + spelling + "'")).isEqualTo(canonical(value));
        }
    }

    @ParameterizedTest
    @MethodSource("values")
    void jsonNumberUpToWhatADoubleHolds(BigInteger value) {
        boolean exact = value.bitLength() <= 53;
        Reply reply = allow("{'first':" + value + ",'last':'0x0'}");

        assertThat(reply.status()).isEqualTo(exact ? 422 : 400);
        if (exact) {
            assertThat(reply.at("/params/first")).isEqualTo(canonical(value));
        } else {
            assertThat(reply.problem("MALFORMED_REQUEST").at("/params/pointer").asString())
                    .isEqualTo("/ranges/0/first");
        }
    }

    @Test
    void storedValueComesBackCanonical() {
        http.put(
                        context + "/ioas/1/allowed-iovas",
                        "{'ranges':[{'first':'0x00080000000','last':8044073709551615}]}")
                .expect(200);

        Reply reply = http.get(context + "/ioas/1").expect(200);

        assertThat(reply.at("/allowed/0/first")).isEqualTo("0x80000000");
        assertThat(reply.at("/allowed/0/last")).isEqualTo("0x1c940adc013fff");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "''",
                "'0x'",
                "'x1'",
                "'0xg'",
                "'-1'",
                "'+1'",
                "'1 '",
                "' 1'",
                "'1_000'",
                "'1e3'",
                "'0x1.0'",
                "'ff'",
                "'0x10000000000000000'",
                "'18446744073709551616'",
                "-1",
                "1.0",
                "1e3",
                "18446744073709551615",
                "true",
                "null",
                "[]",
                "['0x1']",
                "{}",
                "'\\u0661'"
            })
    void anythingElseIsRefused(String json) {
        allow("{'first':" + json + ",'last':'0x0'}").expect(400).problem("MALFORMED_REQUEST");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "-1",
                "0x",
                "1.0",
                "0x10000000000000000",
                "18446744073709551616",
                "abc",
                "0x1,0x2"
            })
    void anythingElseInAPathOrQueryIsRefused(String text) {
        http.get(context + "/ioas/1/mappings/" + text).expect(400).problem("MALFORMED_REQUEST");
        http.get(context + "/ioas/1/mappings?first=" + text)
                .expect(400)
                .problem("MALFORMED_REQUEST");
    }

    /// An empty range is refused with its bounds: what was understood comes back.
    private static String echoed(String json) {

        return allow("{'first':" + json + ",'last':'0x0'}")
                .expect(422)
                .problem("ALLOWED_RANGE_EMPTY")
                .at("/params/first")
                .asString();
    }

    private static Reply allow(String range) {
        return http.put(context + "/ioas/1/allowed-iovas", "{'ranges':[" + range + "]}");
    }
}

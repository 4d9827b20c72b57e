package dev.directmsi.api.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.json.JsonFactoryBuilder;
import tools.jackson.databind.json.JsonMapper;

/// Every request has a known shape, which ends a deep or long one early. These limits hold for a
/// request that has not: the next operation may take a tree.
class StrictJsonTest {

    private final JsonMapper json = strict();

    private static JsonMapper strict() {
        JsonFactoryBuilder factory = JsonFactory.builder();
        StrictJson.bound(factory);
        JsonMapper.Builder mapper = JsonMapper.builder(factory.build());
        StrictJson.tighten(mapper);
        return mapper.build();
    }

    @Test
    void depthIsLimited() {
        assertThat(json.readTree("[".repeat(32) + "]".repeat(32)).isArray()).isTrue();
        assertRefused("[".repeat(33) + "]".repeat(33));
    }

    @Test
    void digitsOfANumberAreLimited() {
        assertThat(json.readTree("1".repeat(40)).isNumber()).isTrue();
        assertRefused("1".repeat(41));
    }

    @Test
    void charactersOfANameAreLimited() {
        assertThat(json.readTree("{\"" + "x".repeat(200) + "\":1}").isObject()).isTrue();
        assertRefused("{\"" + "x".repeat(201) + "\":1}");
    }

    private void assertRefused(String text) {
        assertThatThrownBy(() -> json.readTree(text))
                .isInstanceOf(StreamConstraintsException.class);
    }
}

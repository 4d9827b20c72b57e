package dev.directmsi.api.wire;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import org.springframework.boot.jackson.autoconfigure.JsonFactoryBuilderCustomizer;
import org.springframework.boot.jackson.autoconfigure.JsonMapperBuilderCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactoryBuilder;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.cfg.CoercionAction;
import tools.jackson.databind.cfg.CoercionInputShape;
import tools.jackson.databind.cfg.EnumFeature;
import tools.jackson.databind.introspect.AnnotationIntrospectorPair;
import tools.jackson.databind.json.JsonMapper;

/// Sets Jackson to read exactly what the API document describes, and little of it.
@Configuration(proxyBeanMethods = false)
public class StrictJson {

    /// Levels of nesting: the deepest request has five.
    static final int DEPTH_LIMIT = 32;

    /// Digits of a number: 64 bits have twenty.
    static final int NUMBER_LIMIT = 40;

    /// Characters of a property name.
    static final int NAME_LIMIT = 200;

    @Bean
    JsonFactoryBuilderCustomizer boundedJson() {
        return StrictJson::bound;
    }

    @Bean
    JsonMapperBuilderCustomizer tightJson() {
        return StrictJson::tighten;
    }

    static void bound(JsonFactoryBuilder factory) {
        // Strings and whole documents are bounded by the body limit already.
        factory.streamReadConstraints(
                StreamReadConstraints.builder()
                        .maxNestingDepth(DEPTH_LIMIT)
                        .maxNumberLength(NUMBER_LIMIT)
                        .maxNameLength(NAME_LIMIT)
                        .build());
    }

    static void tighten(JsonMapper.Builder mapper) {
        mapper.addModule(new WireModule())
                .annotationIntrospector(
                        AnnotationIntrospectorPair.pair(
                                new RequiredComponents(), mapper.annotationIntrospector()))
                .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
                .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
                .enable(EnumFeature.FAIL_ON_NUMBERS_FOR_ENUMS)
                .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
                .withCoercionConfigDefaults(coercion -> {
                    for (CoercionInputShape shape : CoercionInputShape.values()) {
                        coercion.setCoercion(shape, CoercionAction.Fail);
                    }
                })
                // Nothing can be left out of the middle of a list.
                .changeDefaultNullHandling(_ -> JsonSetter.Value.forContentNulls(Nulls.FAIL))
                .changeDefaultPropertyInclusion(_ ->
                        JsonInclude.Value.construct(
                                JsonInclude.Include.NON_NULL, JsonInclude.Include.NON_NULL));
    }
}

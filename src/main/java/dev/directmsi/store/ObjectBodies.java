package dev.directmsi.store;

import com.fasterxml.jackson.annotation.JsonAutoDetect.Visibility;
import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.JsonValue;
import com.fasterxml.jackson.annotation.PropertyAccessor;
import dev.directmsi.address.Ipa;
import dev.directmsi.address.PageSize;
import dev.directmsi.address.PhysAddr;
import dev.directmsi.hardware.smmu.Vmid;
import dev.directmsi.iommufd.object.ContextInfo;
import dev.directmsi.iommufd.object.IommufdObject;
import dev.directmsi.iommufd.object.ObjectId;
import dev.directmsi.msi.MsiTarget;
import dev.directmsi.msi.VectorState;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/// The pure records as JSON text and back. What Jackson has to know about them stands here in
/// mixins, since the records themselves import nothing but Java.
///
/// A body is strict: what is missing or unknown in a row is a bug of a migration, not a default.
final class ObjectBodies {

    private static final JsonMapper MAPPER =
            JsonMapper.builder()
                    // The components of a record and nothing else: isNestParent() is no property.
                    .changeDefaultVisibility(visibility ->
                            visibility
                                    .withVisibility(PropertyAccessor.ALL, Visibility.NONE)
                                    .withVisibility(PropertyAccessor.FIELD, Visibility.ANY)
                                    .withVisibility(PropertyAccessor.CREATOR, Visibility.ANY))
                    .changeDefaultPropertyInclusion(
                            inclusion -> inclusion.withValueInclusion(JsonInclude.Include.NON_NULL))
                    .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                    .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
                    .enable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
                    .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
                    .addMixIn(ObjectId.class, IntScalar.class)
                    .addMixIn(Vmid.class, IntScalar.class)
                    .addMixIn(Ipa.class, LongScalar.class)
                    .addMixIn(PhysAddr.class, LongScalar.class)
                    .addMixIn(PageSize.class, BytesScalar.class)
                    .addMixIn(MsiTarget.class, TargetKinds.class)
                    .addMixIn(VectorState.class, VectorStates.class)
                    .build();

    private ObjectBodies() {}

    static String write(IommufdObject object) {
        return MAPPER.writeValueAsString(object);
    }

    static IommufdObject object(String type, String body) {
        return MAPPER.readValue(body, ObjectType.valueOf(type).type());
    }

    static String write(ContextInfo info) {
        return MAPPER.writeValueAsString(info);
    }

    static ContextInfo info(String text) {
        return MAPPER.readValue(text, ContextInfo.class);
    }

    static String write(VectorState state) {
        return MAPPER.writerFor(VectorState.class).writeValueAsString(state);
    }

    static VectorState vectorState(String text) {
        return MAPPER.readValue(text, VectorState.class);
    }

    // Jackson reads the signatures of the mixins; nobody ever makes one.

    @SuppressWarnings("UnusedVariable")
    private abstract static class IntScalar {
        @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
        IntScalar(int value) {}

        @JsonValue
        abstract int value();
    }

    @SuppressWarnings("UnusedVariable")
    private abstract static class LongScalar {
        @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
        LongScalar(long value) {}

        @JsonValue
        abstract long value();
    }

    @SuppressWarnings("UnusedVariable")
    private abstract static class BytesScalar {
        @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
        BytesScalar(long bytes) {}

        @JsonValue
        abstract long bytes();
    }

    @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
    @JsonSubTypes({
        @JsonSubTypes.Type(value = MsiTarget.FrameBase.class, name = "FRAME_BASE"),
        @JsonSubTypes.Type(value = MsiTarget.Register.class, name = "DOORBELL")
    })
    private interface TargetKinds {}

    @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "state")
    @JsonSubTypes({
        @JsonSubTypes.Type(value = VectorState.Staged.class, name = "STAGED"),
        @JsonSubTypes.Type(value = VectorState.Active.class, name = "ACTIVE")
    })
    private interface VectorStates {}
}

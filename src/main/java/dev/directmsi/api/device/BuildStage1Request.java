package dev.directmsi.api.device;

import dev.directmsi.api.wire.AccessFlag;
import dev.directmsi.api.wire.Granule;
import dev.directmsi.api.wire.U32;
import dev.directmsi.api.wire.U64;
import dev.directmsi.hardware.smmu.DefaultSubstream;
import dev.directmsi.hardware.smmu.GuestStage1;
import dev.directmsi.iommufd.command.BuildStage1;
import dev.directmsi.iommufd.object.ObjectId;
import io.swagger.v3.oas.annotations.media.Schema;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// A guest's stage 1.
///
/// @param ioasId whose mappings are the guest's physical memory
/// @param cdTableIpa where the context descriptors go, aligned to the size of their table
/// @param tablesIpa where the translation tables go, one after the other
/// @param granule of the tables
/// @param s1dss what transactions without PASID get; context 0 if absent
/// @param contexts address spaces
@Schema(
        example =
                "{\"ioasId\":1,\"cdTableIpa\":\"0x40100000\",\"tablesIpa\":\"0x40200000\",\"granule\":\"4K\","
                        + "\"contexts\":[{\"mappings\":[{\"va\":\"0xfffff000\",\"ipa\":\"0x8090000\","
                        + "\"length\":\"0x1000\",\"access\":[\"WRITE\"]}]}]}")
record BuildStage1Request(
        ObjectId ioasId,
        U64 cdTableIpa,
        U64 tablesIpa,
        Granule granule,
        @Nullable DefaultSubstream s1dss,
        List<Stage1Context> contexts) {

    /// An address space.
    ///
    /// @param pasid SubstreamID; 0 if absent
    /// @param asid tag of its translations; its number in the list, from 1, if absent
    /// @param mappings in any order
    record Stage1Context(@Nullable U32 pasid, @Nullable U32 asid, List<Stage1Mapping> mappings) {

        GuestStage1.Context toContext(int number) {
            return new GuestStage1.Context(
                    pasid == null ? 0 : pasid.value(),
                    asid == null ? number : asid.value(),
                    mappings.stream().map(Stage1Mapping::toMapping).toList());
        }
    }

    /// A piece of it.
    ///
    /// @param va what the device says
    /// @param ipa where that is
    /// @param length bytes
    /// @param access what is permitted; WRITE alone is readable, too
    record Stage1Mapping(U64 va, U64 ipa, U64 length, Set<AccessFlag> access) {

        GuestStage1.Mapping toMapping() {
            return new GuestStage1.Mapping(
                    va.toIova(), ipa.toIpa(), length.value(), AccessFlag.together(access));
        }
    }

    BuildStage1 toCommand() {
        return new BuildStage1(
                ioasId,
                cdTableIpa.toIpa(),
                tablesIpa.toIpa(),
                granule.size(),
                s1dss == null ? DefaultSubstream.SUBSTREAM_0 : s1dss,
                IntStream.range(0, contexts.size())
                        .mapToObj(i -> contexts.get(i).toContext(i + 1))
                        .toList());
    }
}

package dev.directmsi.api.ioas;

import dev.directmsi.api.wire.AccessFlag;
import dev.directmsi.api.wire.U64;
import dev.directmsi.iommufd.object.Backing;
import dev.directmsi.iommufd.object.Mapping;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A mapping: never split, never merged.
///
/// @param iova first IOVA
/// @param last last IOVA
/// @param length bytes
/// @param userVa the memory it leads to, or
/// @param file the file it leads to
/// @param access what devices may do
public record MappingResponse(
        U64 iova,
        U64 last,
        U64 length,
        @Nullable U64 userVa,
        @Nullable FilePart file,
        List<AccessFlag> access) {

    /// Shows one.
    public static MappingResponse of(Mapping mapping) {
        return switch (mapping.backing()) {
            case Backing.UserMemory memory -> of(mapping, U64.of(memory.userVa()), null);
            case Backing.FileMemory file ->
                    of(mapping, null, new FilePart(file.file(), new U64(file.start())));
        };
    }

    private static MappingResponse of(
            Mapping mapping, @Nullable U64 userVa, @Nullable FilePart file) {
        return new MappingResponse(
                new U64(mapping.first()),
                new U64(mapping.last()),
                new U64(mapping.length()),
                userVa,
                file,
                AccessFlag.of(mapping.access()));
    }
}

package dev.directmsi.api.host;

import dev.directmsi.control.host.AcpiImport;
import java.util.List;
import java.util.Map;

/// A host read from firmware tables.
///
/// @param host what was made of them
/// @param assumed what neither the tables nor the overrides say, `smmu0.oas: 48`
/// @param chains how the tables wire each device, by its name, one line per step
record AcpiImportResponse(
        HostResponse host, List<String> assumed, Map<String, List<String>> chains) {

    static AcpiImportResponse of(String name, AcpiImport read) {
        return new AcpiImportResponse(
                HostResponse.of(name, read.topology()), read.assumed(), read.chains());
    }
}

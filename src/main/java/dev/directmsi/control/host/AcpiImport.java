package dev.directmsi.control.host;

import dev.directmsi.hardware.acpi.AcpiTopology;
import dev.directmsi.hardware.acpi.DeviceList;
import dev.directmsi.hardware.pci.Topology;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/// A host read from firmware tables, with what somebody knows better laid over it.
///
/// @param topology checked
/// @param assumed what neither the tables nor the overrides say, `smmu0.oas: 48`
/// @param chains how the tables wire each device, by its name, one line per step
public record AcpiImport(
        Topology topology, List<String> assumed, SequencedMap<String, List<String>> chains) {

    public AcpiImport {
        assumed = List.copyOf(assumed);
        chains = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(chains));
    }

    /// Reads the tables and lays the overrides over the result.
    ///
    /// @param name of the topology
    /// @param devices lines as `lspci -Dn` prints, or an address per line
    /// @param overrides a fragment of a topology document, JSON or YAML
    /// @throws dev.directmsi.hardware.acpi.AcpiProblem where a table is not sound
    /// @throws dev.directmsi.hardware.acpi.DeviceListProblem where a line is no device
    /// @throws InvalidTopology where the overrides are wrong, or the result with them
    public static AcpiImport read(
            String name, byte[] iort, byte[] madt, String devices, @Nullable String overrides) {
        AcpiTopology found = AcpiTopology.read(name, iort, madt, DeviceList.parse(devices));
        if (overrides == null || overrides.isBlank()) {
            return new AcpiImport(found.topology(), found.assumed(), found.chains());
        }
        var fragment = TopologyOverrides.parse(overrides);
        var document = fragment.over(TopologyDocument.tree(found.topology()));
        return new AcpiImport(
                TopologyDocument.topology(document, name),
                found.assumed().stream().filter(line -> !fragment.contradicts(line)).toList(),
                found.chains());
    }
}

package dev.directmsi.api.host;

import dev.directmsi.api.wire.HostName;
import dev.directmsi.control.host.AcpiImport;
import dev.directmsi.control.host.InvalidTopology;
import dev.directmsi.control.host.Presets;
import dev.directmsi.hardware.acpi.AcpiProblem;
import dev.directmsi.hardware.acpi.DeviceListProblem;
import dev.directmsi.hardware.pci.Topology;
import dev.directmsi.hardware.pci.TopologyProblem;
import dev.directmsi.iommufd.Reason;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.springframework.web.multipart.MultipartFile;

/// Reads what a client says a host is, and refuses what describes none.
@Component
class HostDocuments {

    private final Presets presets;

    HostDocuments(Presets presets) {
        this.presets = presets;
    }

    Topology topology(HostName name, String text) {
        try {
            return presets.read(text, name.text());
        } catch (InvalidTopology invalid) {
            throw refusal(invalid);
        }
    }

    AcpiImport firmware(
            HostName name,
            MultipartFile iort,
            MultipartFile madt,
            String devices,
            @Nullable String overrides) {
        try {
            return AcpiImport.read(
                    name.text(), iort.getBytes(), madt.getBytes(), devices, overrides);
        } catch (AcpiProblem problem) {
            throw Reason.ACPI_INVALID
                    .refusal("problem", String.valueOf(problem.getMessage()))
                    .with("table", problem.table())
                    .with("offset", problem.offset());
        } catch (DeviceListProblem problem) {
            throw Reason.ACPI_INVALID
                    .refusal("problem", String.valueOf(problem.getMessage()))
                    .with("line", problem.line());
        } catch (InvalidTopology invalid) {
            throw refusal(invalid);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static RuntimeException refusal(InvalidTopology invalid) {
        return Reason.HOST_INVALID
                .refusal("problem", String.valueOf(invalid.getMessage()))
                .with(
                        "problems",
                        invalid.problems().stream().map(TopologyProblem::toString).toList());
    }
}

package dev.directmsi.control.host;

import dev.directmsi.hardware.pci.Topology;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import tools.jackson.databind.node.ObjectNode;

/// The machines that come with the service, by name.
///
/// @param topologies the default first
public record Presets(SequencedMap<String, Topology> topologies) {

    /// The host of a context that names none.
    public static final String DEFAULT = "lab";

    private static final List<String> NAMES =
            List.of(
                    DEFAULT,
                    "lab-64k",
                    "qemu-virt",
                    "nvidia-grace",
                    "ampere-altra",
                    "kunpeng-920",
                    "rk3588",
                    "hip07",
                    "qemu-arm64",
                    "qemu-arm64-dt",
                    "linux-selftest");

    public Presets {
        topologies = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(topologies));
    }

    /// Reads the presets among the class path's resources.
    public static Presets load() {
        var topologies = new LinkedHashMap<String, Topology>();
        for (String name : NAMES) {
            topologies.put(name, TopologyDocument.parse(resource(name), name));
        }
        return new Presets(topologies);
    }

    private static String resource(String name) {
        String path = "/presets/" + name + ".yaml";
        try (InputStream stream = Presets.class.getResourceAsStream(path)) {
            if (stream == null) {
                throw new IllegalStateException("no resource " + path);
            }
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException trouble) {
            throw new UncheckedIOException(path, trouble);
        }
    }

    public Optional<Topology> preset(String name) {
        return Optional.ofNullable(topologies.get(name));
    }

    /// Reads what a host is to be: a topology document, or `{"preset": "lab"}` for a copy of a
    /// preset.
    ///
    /// @param nameIfAbsent the topology's name where the document has none
    /// @throws InvalidTopology with everything that is wrong
    public Topology read(String text, String nameIfAbsent) {
        ObjectNode document = DocumentText.read(text);
        if (!document.has("preset")) {
            return TopologyDocument.topology(document, nameIfAbsent);
        }
        if (document.size() > 1) {
            throw new InvalidTopology("preset", "stands alone: other properties exclude it");
        }
        String name = document.path("preset").asString("");
        return preset(name)
                .orElseThrow(() ->
                        new InvalidTopology(
                                "preset", "none of " + String.join(", ", topologies.keySet())));
    }
}

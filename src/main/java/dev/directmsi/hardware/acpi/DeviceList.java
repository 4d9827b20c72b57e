package dev.directmsi.hardware.acpi;

import dev.directmsi.hardware.pci.PciAddress;
import dev.directmsi.hardware.pci.TopologyRules;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// The PCI functions of a machine, as text: lines as `lspci -Dn` prints (`0000:00:01.0 0200:
/// 8086:10d3 (rev 02)`) or an address per line. An address without a segment is in segment 0000.
/// Blank lines and lines that begin with `#` are skipped.
///
/// @param addresses in the order of the lines, each once
public record DeviceList(List<PciAddress> addresses) {

    private static final int MAX_LINES = 65_536;
    private static final int MAX_LINE_LENGTH = 1_024;

    public DeviceList {
        addresses = List.copyOf(addresses);
    }

    /// Reads the lines.
    ///
    /// @throws DeviceListProblem naming the first bad line
    public static DeviceList parse(String text) {
        var lines = new LinkedHashMap<PciAddress, Integer>();
        int number = 0;
        int end;
        for (int start = 0; start < text.length(); start = end + 1) {
            end = text.indexOf('\n', start);
            end = end < 0 ? text.length() : end;
            number++;
            if (number > MAX_LINES) {
                throw new DeviceListProblem(number, "more than " + MAX_LINES + " lines");
            }
            if (end - start > MAX_LINE_LENGTH) {
                throw new DeviceListProblem(
                        number, "longer than " + MAX_LINE_LENGTH + " characters");
            }
            String line = text.substring(start, end).strip();
            if (!line.isEmpty() && !line.startsWith("#")) {
                add(number, line, lines);
            }
        }
        return new DeviceList(List.copyOf(lines.sequencedKeySet()));
    }

    private static void add(int number, String line, LinkedHashMap<PciAddress, Integer> lines) {
        String first = line.split("\\s", 2)[0];
        Optional<PciAddress> address = PciAddress.parse(first.toLowerCase(Locale.ROOT));
        if (address.isEmpty()) {
            String shown = first.substring(0, Math.min(first.length(), 40));
            throw new DeviceListProblem(
                    number, "'" + printable(shown) + "' is no PCI address like 0000:01:00.0");
        }
        Integer other = lines.putIfAbsent(address.get(), number);
        if (other != null) {
            throw new DeviceListProblem(number, address.get() + " is already on line " + other);
        }
        if (lines.size() > TopologyRules.MAX_DEVICES) {
            throw new DeviceListProblem(
                    number, "more than " + TopologyRules.MAX_DEVICES + " devices");
        }
    }

    private static String printable(String text) {
        return text.replaceAll("[^\\x20-\\x7e]", "?");
    }
}

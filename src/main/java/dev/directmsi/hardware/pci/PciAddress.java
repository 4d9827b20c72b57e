package dev.directmsi.hardware.pci;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Where a PCI function sits. Shown as the kernel and lspci show it, `0000:01:00.0`.
///
/// @param segment PCI segment group, what Linux calls domain; unsigned 32-bit, as the IORT has it
/// @param bus 0 to 255
/// @param device 0 to 31
/// @param function 0 to 7
public record PciAddress(int segment, int bus, int device, int function) {

    private static final Pattern TEXT =
            Pattern.compile("(?:([0-9a-f]{4,8}):)?([0-9a-f]{2}):([01][0-9a-f])\\.([0-7])");

    /// Reads lower-case `segment:bus:device.function`; without a segment it is 0.
    public static Optional<PciAddress> parse(String text) {
        Matcher matcher = TEXT.matcher(text);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        String segment = matcher.group(1);
        return Optional.of(
                new PciAddress(
                        segment == null ? 0 : Integer.parseUnsignedInt(segment, 16),
                        Integer.parseInt(matcher.group(2), 16),
                        Integer.parseInt(matcher.group(3), 16),
                        Integer.parseInt(matcher.group(4))));
    }

    /// The requester id: bus, device and function in 16 bits (PCI Express base, 2.2.6.2).
    public int requesterId() {
        return bus << 8 | device << 3 | function;
    }

    @Override
    public String toString() {
        return String.format(Locale.ROOT, "%04x:%02x:%02x.%d", segment, bus, device, function);
    }
}

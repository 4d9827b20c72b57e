package dev.directmsi.vmm;

import java.net.URI;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// The command line.
///
/// @param token sent with every request, where the service was started with one
/// @param keep whether the context stays open afterwards
record Options(
        URI url,
        String host,
        Mode mode,
        Guest guest,
        @Nullable String token,
        boolean keep,
        boolean help) {

    static final String USAGE =
            """
            Boots an imaginary guest on the service and follows its interrupts, hop by hop.

              --mode direct|window           what becomes of the guest's MSI address (direct)
                  direct                     it is passed down to the device: the proposal
                  window                     it is thrown away, the host chooses one: Linux today
              --guest dma-api|vfio|vfio-new  who drives the devices in the guest (vfio)
                  dma-api                    a driver of the guest's kernel
                  vfio                       user space over VFIO, on a kernel before 6.6
                  vfio-new                   the same on a current kernel
              --host NAME                    the machine underneath (lab)
              --url URL                      the service (http://127.0.0.1:8080)
              --token TOKEN                  where the service was started with one
              --keep                         leave the context open, to look at it
              --help                         this text

            Exit code: 0 as this mode and this guest are expected to end, 1 otherwise, 2 wrong usage.
            """;

    /// A command line that cannot be understood; the message says why.
    static final class UsageException extends Exception {
        UsageException(String message) {
            super(message);
        }
    }

    static Options parse(List<String> arguments) throws UsageException {
        URI url = URI.create("http://127.0.0.1:8080");
        String host = "lab";
        Mode mode = Mode.DIRECT;
        Guest guest = Guest.VFIO;
        String token = null;
        boolean keep = false;
        boolean help = false;
        Iterator<String> rest = arguments.iterator();
        while (rest.hasNext()) {
            String option = rest.next();
            switch (option) {
                case "--url" -> url = url(valueOf(option, rest));
                case "--host" -> host = valueOf(option, rest);
                case "--mode" -> mode = oneOf(Mode.values(), Mode::option, option, rest);
                case "--guest" -> guest = oneOf(Guest.values(), Guest::option, option, rest);
                case "--token" -> token = valueOf(option, rest);
                case "--keep" -> keep = true;
                case "--help" -> help = true;
                default -> throw new UsageException("unknown option " + option);
            }
        }
        return new Options(url, host, mode, guest, token, keep, help);
    }

    private static String valueOf(String option, Iterator<String> rest) throws UsageException {
        if (!rest.hasNext()) {
            throw new UsageException(option + " needs a value");
        }
        return rest.next();
    }

    private static URI url(String text) throws UsageException {
        try {
            URI url = URI.create(text.replaceFirst("/+$", ""));
            if (url.getScheme() != null && url.getHost() != null) {
                return url;
            }
        } catch (IllegalArgumentException e) {
            // said below
        }
        throw new UsageException("--url needs something like http://127.0.0.1:8080, not " + text);
    }

    private static <T> T oneOf(
            T[] values, Function<T, String> name, String option, Iterator<String> rest)
            throws UsageException {
        String given = valueOf(option, rest);
        for (T value : values) {
            if (name.apply(value).equals(given)) {
                return value;
            }
        }
        throw new UsageException(
                Arrays.stream(values)
                        .map(name)
                        .collect(
                                Collectors.joining("|", option + " is one of ", ", not " + given)));
    }
}

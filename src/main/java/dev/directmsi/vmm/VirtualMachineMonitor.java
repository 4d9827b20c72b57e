package dev.directmsi.vmm;

import dev.directmsi.vmm.client.ApiException;
import dev.directmsi.vmm.client.model.HostResponse;
import java.io.PrintStream;
import java.util.List;

/// The program: boots a guest on the service, follows its interrupts, and says whether they ended
/// as mode and guest let expect.
public final class VirtualMachineMonitor {

    private static final int EXPECTED = 0;
    private static final int UNEXPECTED = 1;
    private static final int WRONG_USAGE = 2;

    private final Options options;
    private final Service service;
    private final Transcript out;

    private VirtualMachineMonitor(Options options, Service service, Transcript out) {
        this.options = options;
        this.service = service;
        this.out = out;
    }

    public static void main(String[] arguments) {
        System.exit(run(List.of(arguments), System.out));
    }

    /// The exit code.
    static int run(List<String> arguments, PrintStream out) {
        Options options;
        try {
            options = Options.parse(arguments);
        } catch (Options.UsageException e) {
            out.printf("%s%n%n%s", e.getMessage(), Options.USAGE);
            return WRONG_USAGE;
        }
        if (options.help()) {
            out.print(Options.USAGE);
            return EXPECTED;
        }
        var transcript = new Transcript(out);
        try (var service = new Service(options)) {
            return new VirtualMachineMonitor(options, service, transcript).run()
                    ? EXPECTED
                    : UNEXPECTED;
        } catch (ApiException e) {
            transcript.end("The story ends here. " + Refusal.text(e));
            return UNEXPECTED;
        }
    }

    private boolean run() throws ApiException {
        HostResponse host = service.host(options.host());
        List<String> devices = DeviceChoice.of(service, host, options.mode());
        if (devices.isEmpty()) {
            out.end("Host %s has no device with nesting and an ITS.".formatted(host.getName()));
            return false;
        }
        Iommufd iommufd = service.open(host.getName(), "virtual VMM");
        out.title(
                "Virtual VMM: mode %s, guest %s, on host %s; context %d"
                        .formatted(
                                options.mode().option(),
                                options.guest().option(),
                                host.getName(),
                                iommufd.context()));
        try {
            boolean expected = tell(iommufd, devices);
            out.end(
                    expected
                            ? Ending.of(options.mode(), options.guest())
                            : "Not as expected of mode %s with guest %s."
                                    .formatted(options.mode().option(), options.guest().option()));
            return expected;
        } finally {
            finish(iommufd);
        }
    }

    private boolean tell(Iommufd iommufd, List<String> devices) throws ApiException {
        Mode mode = options.mode();
        Guest guest = options.guest();
        var machine = VirtualMachine.build(iommufd, mode, devices, out);
        if (guest == Guest.VFIO_NEW) {
            boolean bound =
                    new GuestKernel(service, out)
                            .binds(
                                    mode,
                                    machine.devices().getFirst(),
                                    "guest-of-context-" + iommufd.context());
            if (mode == Mode.WINDOW || !bound) {
                return mode == Mode.WINDOW && !bound;
            }
        }
        out.section("The guest starts, and its stage 1 is nested on stage 2");
        out.say(guest.reason(mode));
        machine.nest(guest.stage1(mode));
        return switch (mode) {
            case DIRECT -> new DirectMode(machine, guest, out).run();
            case WINDOW -> new WindowMode(machine, guest, out).run();
        };
    }

    private void finish(Iommufd iommufd) throws ApiException {
        if (options.keep()) {
            out.end(
                    "Kept: %s/v1/contexts/%d; DELETE it when done."
                            .formatted(options.url(), iommufd.context()));
        } else {
            service.close(iommufd);
        }
    }
}

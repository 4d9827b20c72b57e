package dev.directmsi.vmm;

/// What a run shows, when it ends as expected.
final class Ending {

    private Ending() {}

    static String of(Mode mode, Guest guest) {
        return switch (mode) {
            case DIRECT ->
                    switch (guest) {
                        case DMA_API ->
                                """
                                DELIVERED, as expected (T3): the device has the guest's own address, the guest's stage 1 leads it to the
                                guest's ITS page, and there each stage-2 copy has the real ITS of its devices. No 1:1 map is needed.\
                                """;
                        case VFIO, VFIO_NEW ->
                                """
                                DELIVERED, as expected (T4): the same stage 1 and the same number in the device as in window mode, where
                                the interrupt is lost. It arrives because stage 2 has the device's real ITS where the guest sees its own.\
                                """;
                    };
            case WINDOW ->
                    switch (guest) {
                        case DMA_API ->
                                """
                                DELIVERED, as expected (T1), but only because this guest maps the host's window 1:1; its own address
                                would have led nowhere.\
                                """;
                        case VFIO ->
                                """
                                LOST, as expected (T2): the device has the host's address, and this guest's stage 1 leads it to the guest's
                                ITS page, where stage 2 has nothing, or memory. --mode direct repairs it.\
                                """;
                        case VFIO_NEW ->
                                """
                                REFUSED, as expected (T2c): since 6.6 the 1:1 region of window mode keeps VFIO off the device in the
                                guest. Nothing is lost because nothing starts. --mode direct needs no such region.\
                                """;
                    };
        };
    }
}

package dev.directmsi.conformance;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What a file descriptor of the recorded process leads to.
sealed interface Handle {

    /// A queue of page requests, by our id of it.
    record Faults(long queue) implements Handle {}

    /// A queue of a guest's events, by our id of it.
    record Events(long queue) implements Handle {}

    /// A memory file, by its name here.
    record Memory(String file) implements Handle {}

    /// A dma-buf, by its name here.
    record DmaBuf(String file) implements Handle {}

    /// One that the recorded process has and this replay has not, since what opens it was refused
    /// here.
    record Missing() implements Handle {}

    /// What nobody can pin: a device file, an event, the context itself.
    record Other() implements Handle {}

    /// An access of the test driver, and the address space it reads.
    final class Access implements Handle {

        final long id;
        long ioas;

        Access(long id, long ioas) {
            this.id = id;
            this.ioas = ioas;
        }
    }

    /// An event file descriptor, which counts interrupts.
    final class Counter implements Handle {

        private int count;

        void signal() {
            count++;
        }

        int take() {
            int taken = count;
            count = 0;
            return taken;
        }
    }

    /// A device file of VFIO.
    final class Device implements Handle {

        /// The kernel gives the devices these numbers in the order in which they were bound to the
        /// driver.
        private static final Map<String, String> ADDRESSES =
                Map.of(
                        "vfio0", "0000:00:04.0",
                        "vfio1", "0000:01:00.0",
                        "vfio2", "0000:02:00.0",
                        "vfio3", "0000:00:07.0");

        final String address;
        final Registers registers;
        final Map<Long, Counter> interrupts = new HashMap<>();
        @Nullable Long id;

        /// Whether the kernel bound it and the service did not.
        boolean missing;

        Device(String path) {
            address = ADDRESSES.getOrDefault(path.substring(path.lastIndexOf('/') + 1), path);
            registers = Registers.of(address);
        }
    }
}

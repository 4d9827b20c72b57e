package dev.directmsi.conformance;

import java.util.Arrays;

/// The registers of an emulated device that make it access memory or interrupt. The service has no
/// such devices, only what they do on the bus.
interface Registers {

    /// A register was written.
    ///
    /// @return what became of it; inexpressible for a register that only holds a value
    Result write(long register, long value, Bus bus);

    /// The registers of the device at this address of the recorded machines.
    static Registers of(String address) {
        return switch (address) {
            case "0000:00:04.0" -> new Edu();
            case "0000:02:00.0" -> new E1000e();
            default -> (_, _, _) -> Result.no(Inexpressible.CONFIGURATION_SPACE);
        };
    }

    /// QEMU's device for teaching: raises an interrupt when told to, and copies between memory and
    /// a buffer of its own.
    final class Edu implements Registers {

        private static final int RAISE = 0x60;
        private static final int SOURCE = 0x80;
        private static final int DESTINATION = 0x88;
        private static final int COUNT = 0x90;
        private static final int COMMAND = 0x98;

        private static final int RUN = 1;
        private static final int TO_MEMORY = 2;
        private static final int BUFFER = 0x40000;

        private final byte[] buffer = new byte[4096];
        private long source;
        private long destination;
        private long count;

        @Override
        public Result write(long register, long value, Bus bus) {
            switch ((int) register) {
                case SOURCE -> source = value;
                case DESTINATION -> destination = value;
                case COUNT -> count = value;
                case RAISE -> {
                    return bus.interrupt(0);
                }
                case COMMAND -> {
                    if ((value & RUN) != 0) {
                        return copy((value & TO_MEMORY) != 0, bus);
                    }
                }
                default -> {}
            }
            return Result.no(Inexpressible.CONFIGURATION_SPACE);
        }

        private Result copy(boolean toMemory, Bus bus) {
            if (toMemory) {
                int at = (int) source - BUFFER;
                return bus.write(destination, Arrays.copyOfRange(buffer, at, at + (int) count));
            }
            byte[] read = new byte[(int) count];
            Result result = bus.read(source, read);
            System.arraycopy(read, 0, buffer, (int) destination - BUFFER, read.length);
            return result;
        }
    }

    /// A network card: interrupts for causes that are set and not masked, a message for each.
    final class E1000e implements Registers {

        private static final int CAUSE_SET = 0xc8;
        private static final int MASK_SET = 0xd0;
        private static final int VECTORS = 0xe4;

        private static final int OTHER_SHIFT = 16;
        private static final int OTHER_VALID = 1 << 19;
        private static final int VECTOR = 7;

        private long mask;
        private long vectors;

        @Override
        public Result write(long register, long value, Bus bus) {
            switch ((int) register) {
                case VECTORS -> vectors = value;
                case MASK_SET -> mask |= value;
                case CAUSE_SET -> {
                    if ((vectors & OTHER_VALID) != 0) {
                        return raise(Long.bitCount(value & mask), bus);
                    }
                }
                default -> {}
            }
            return Result.no(Inexpressible.CONFIGURATION_SPACE);
        }

        private Result raise(int causes, Bus bus) {
            Result result = Result.of();
            for (int i = 0; i < causes && result.succeeded(); i++) {
                result = bus.interrupt((int) (vectors >> OTHER_SHIFT) & VECTOR);
            }
            return result;
        }
    }
}

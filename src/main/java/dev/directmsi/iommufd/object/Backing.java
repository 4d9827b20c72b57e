package dev.directmsi.iommufd.object;

import dev.directmsi.address.Address;
import dev.directmsi.address.UserVa;

/** What a mapping leads to. */
public sealed interface Backing {

    /** The address or offset of the first byte: what automatic placement aligns by. */
    long start();

    /** The same backing {@code bytes} further on. */
    Backing plus(long bytes);

    /** Memory of the virtual machine monitor. */
    record UserMemory(UserVa userVa) implements Backing {
        @Override
        public long start() {
            return userVa.value();
        }

        @Override
        public Backing plus(long bytes) {
            return new UserMemory(userVa.plus(bytes));
        }

        @Override
        public String toString() {
            return userVa.toString();
        }
    }

    /** A memory file from a byte offset on. */
    record FileMemory(String file, long start) implements Backing {
        @Override
        public Backing plus(long bytes) {
            return new FileMemory(file, start + bytes);
        }

        @Override
        public String toString() {
            return file + "+" + Address.hex(start);
        }
    }
}

package dev.directmsi.iommufd.object;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * What the process behind a context may do, as far as rules ask.
 *
 * @param lockMemory whether it has CAP_IPC_LOCK: then what it maps does not count against the limit
 * @param raiseLimits whether it has CAP_SYS_RESOURCE
 * @param memlockLimit RLIMIT_MEMLOCK: bytes it may have pinned, unsigned; 2^64-1 means no limit
 */
public record VmmProcess(boolean lockMemory, boolean raiseLimits, long memlockLimit) {

    /** What a process can give up and not have again. */
    public enum Capability {
        CAP_IPC_LOCK,
        CAP_SYS_RESOURCE
    }

    /** RLIMIT_MEMLOCK where nobody set it (kernel: MLOCK_LIMIT). */
    private static final long DEFAULT_LIMIT = 8 << 20;

    /** A process of root. */
    public static final VmmProcess ROOT = new VmmProcess(true, true, DEFAULT_LIMIT);

    /** What it still has. */
    public List<Capability> capabilities() {
        var held = new ArrayList<Capability>();
        if (lockMemory) {
            held.add(Capability.CAP_IPC_LOCK);
        }
        if (raiseLimits) {
            held.add(Capability.CAP_SYS_RESOURCE);
        }
        return held;
    }

    /** Without some capabilities. */
    public VmmProcess without(Collection<Capability> dropped) {
        return new VmmProcess(
                lockMemory && !dropped.contains(Capability.CAP_IPC_LOCK),
                raiseLimits && !dropped.contains(Capability.CAP_SYS_RESOURCE),
                memlockLimit);
    }

    public VmmProcess withMemlockLimit(long bytes) {
        return new VmmProcess(lockMemory, raiseLimits, bytes);
    }
}

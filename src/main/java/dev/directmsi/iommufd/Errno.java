package dev.directmsi.iommufd;

/** Linux error numbers, as the ioctls return them (generic numbering). */
public enum Errno {
    EPERM(1),
    ENOENT(2),
    EIO(5),
    ENXIO(6),
    E2BIG(7),
    EBADF(9),
    ENOMEM(12),
    EACCES(13),
    EFAULT(14),
    EBUSY(16),
    EEXIST(17),
    ENODEV(19),
    EINVAL(22),
    EMFILE(24),
    ENOTTY(25),
    ENOSPC(28),
    ESPIPE(29),
    ERANGE(34),
    EDEADLOCK(35),
    EBADE(52),
    EOVERFLOW(75),
    EBADFD(77),
    EMSGSIZE(90),
    EOPNOTSUPP(95),
    EADDRINUSE(98),
    ETIMEDOUT(110);

    private final int value;

    Errno(int value) {
        this.value = value;
    }

    public int value() {
        return value;
    }
}

package dev.directmsi.api.selftest;

import dev.directmsi.iommufd.Command;
import dev.directmsi.iommufd.ContextView;
import dev.directmsi.iommufd.Decision;
import dev.directmsi.iommufd.Reason;

/// An operation of the test driver: on a host without its mock IOMMU there is no such operation.
///
/// @param command what it is where there is one
record Selftest<R>(Command<R> command) implements Command<R> {

    @Override
    public String ioctl() {
        return command.ioctl();
    }

    @Override
    public Decision<R> decide(ContextView context) {
        return command.decide(onTestMachine(context));
    }

    /// The context, if its host has the driver.
    static ContextView onTestMachine(ContextView context) {
        if (context.host().mocks().isEmpty()) {
            throw Reason.SELFTEST_HOST_REQUIRED.refusal("host", context.info().host());
        }
        return context;
    }
}

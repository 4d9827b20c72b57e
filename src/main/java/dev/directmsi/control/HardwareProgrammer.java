package dev.directmsi.control;

import dev.directmsi.iommufd.Change;
import dev.directmsi.iommufd.ContextView;
import java.util.List;

/** Programs the hardware from a context. */
final class HardwareProgrammer {

    void program(ContextView context, List<Change> changes) {}

    void programAll(ContextView context) {}

    void reset(LiveHost host) {}

    void clear(ContextView context) {}
}

package dev.directmsi.control.host;

import dev.directmsi.hardware.pci.TopologyProblem;
import java.util.List;
import java.util.stream.Collectors;

/// A topology document that describes no machine, with all that is wrong in it.
public final class InvalidTopology extends RuntimeException {

    private final List<TopologyProblem> problems;

    /// @param problems at least one
    public InvalidTopology(List<TopologyProblem> problems) {
        // A refusal of input is no bug of ours: a stack trace would only cost time.
        super(text(problems), null, false, false);
        this.problems = List.copyOf(problems);
    }

    InvalidTopology(String place, String message) {
        this(List.of(new TopologyProblem(place, message)));
    }

    private static String text(List<TopologyProblem> problems) {
        return problems.stream().map(TopologyProblem::toString).collect(Collectors.joining("; "));
    }

    public List<TopologyProblem> problems() {
        return problems;
    }
}

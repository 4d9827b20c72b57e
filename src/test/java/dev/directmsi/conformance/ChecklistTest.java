package dev.directmsi.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.directmsi.api.RunningService;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/// The reference's checklist, and rules that no recording reaches, as scripts over HTTP.
class ChecklistTest {

    /// `-Dchecklist=NAME` runs those whose name has it only.
    private static final String ONLY = System.getProperty("checklist", "");

    @TestFactory
    Stream<DynamicTest> theServiceAnswersAsTheReferenceSays() {
        ScriptRun run = new ScriptRun(RunningService.http());
        return Scenario.all().stream()
                .filter(scenario -> scenario.name().contains(ONLY))
                .map(scenario ->
                        DynamicTest.dynamicTest(
                                scenario.name(),
                                () -> assertThat(run.differences(scenario)).isEmpty()));
    }

    @Test
    void everyRowIsCoveredOrSaysWhyNot() {
        Checklist checklist = Checklist.read();

        assertThat(checklist.missing()).isEmpty();
        assertThat(checklist.covered() + checklist.unsaid().size())
                .isEqualTo((int) Row.all().count());
    }
}

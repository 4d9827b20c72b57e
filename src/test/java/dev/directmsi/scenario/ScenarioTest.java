package dev.directmsi.scenario;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Every scenario at every height.
final class ScenarioTest {

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    static List<Story> stories() {
        return Story.all();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("stories")
    void rules(Story story) {
        try (var world = new RulesWorld()) {
            story.tell(world);
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("stories")
    void controlPlane(Story story) {
        try (var world = new ControlPlaneWorld(directory)) {
            story.tell(world);
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("stories")
    void http(Story story) {
        try (var world = new HttpWorld()) {
            story.tell(world);
        }
    }
}

package dev.directmsi.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import dev.directmsi.iommufd.Command;
import java.io.IOException;
import java.lang.reflect.Array;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// Which operations can meet which problem: what a rule's code can reach, written down for `GET
/// /problems`.
class IoctlsTest {

    private static final Path FILE =
            Path.of("src/main/resources/dev/directmsi/api/http/ioctls.properties");
    private static final String COMMAND = "./mvnw test -Dtest=IoctlsTest -Dgolden.write=true";

    private static final Reach REACH = new Reach("dev.directmsi.iommufd");

    @Test
    void fileIsWhatTheRulesCanReach() throws Exception {
        var lines =
                new StringBuilder(
                        "# Made by IoctlsTest: the operations that can be refused for each reason.\n");
        reasonsByIoctl()
                .forEach((reason, ioctls) ->
                        lines.append(reason)
                                .append('=')
                                .append(String.join(" ", ioctls))
                                .append('\n'));
        if (Boolean.getBoolean("golden.write")) {
            Files.writeString(FILE, lines);
        }

        assertThat(Files.readString(FILE))
                .as("rules have changed what they can refuse; to write it down: " + COMMAND)
                .isEqualTo(lines.toString());
    }

    @Test
    void explanationsShowIt() throws IOException {
        assertThat(
                        RunningService.http()
                                .get("/problems/iova-already-mapped")
                                .json()
                                .path("ioctls")
                                .toString())
                .contains("\"IOMMU_IOAS_MAP\"", "\"IOMMU_IOAS_MAP_FILE\"")
                .doesNotContain("IOMMU_IOAS_UNMAP");
    }

    private static Map<String, Set<String>> reasonsByIoctl() throws Exception {
        var found = new TreeMap<String, Set<String>>();
        for (JavaClass type : REACH.classes()) {
            if (type.isAssignableTo(Command.class) && type.isRecord()) {
                Set<String> ioctls = ioctlsOf(type.reflect());
                for (String reason : REACH.reasons(Reach.rules(type))) {
                    found.computeIfAbsent(reason, _ -> new TreeSet<>()).addAll(ioctls);
                }
            }
        }
        return found;
    }

    /// A few names depend on one parameter: each is varied once.
    private static Set<String> ioctlsOf(Class<?> command) throws ReflectiveOperationException {
        var names = new TreeSet<String>();
        for (Object made : made(command)) {
            names.add(((Command<?>) made).ioctl());
        }
        assertThat(names).as(command.getSimpleName()).isNotEmpty();
        return names;
    }

    /// Some values of a record. A combination that it refuses is none.
    private static List<Object> made(Class<?> type) throws ReflectiveOperationException {
        Constructor<?> constructor = type.getDeclaredConstructors()[0];
        constructor.setAccessible(true);
        List<List<@Nullable Object>> choices = new ArrayList<>();
        for (Class<?> parameter : constructor.getParameterTypes()) {
            choices.add(some(parameter));
        }
        var values = new ArrayList<Object>();
        for (int varied = -1; varied < choices.size(); varied++) {
            for (Object value : varied < 0 ? List.of("") : choices.get(varied)) {
                Object[] arguments = choices.stream().map(List::getFirst).toArray();
                if (varied >= 0) {
                    arguments[varied] = value;
                }
                try {
                    values.add(constructor.newInstance(arguments));
                } catch (InvocationTargetException _) {
                    // refused
                }
            }
        }
        return values;
    }

    private static List<@Nullable Object> some(Class<?> type) throws ReflectiveOperationException {
        if (type == boolean.class) {
            return List.of(false, true);
        }
        if (type.isPrimitive()) {
            return List.of(Array.get(Array.newInstance(type, 1), 0));
        }
        if (type == List.class || type == Set.class || type.isArray()) {
            return List.of(
                    type == List.class ? List.of() : type == Set.class ? Set.of() : new byte[0]);
        }
        return type.isSealed()
                ? madeOf(type.getPermittedSubclasses())
                : Collections.singletonList(null);
    }

    private static List<@Nullable Object> madeOf(Class<?>... types)
            throws ReflectiveOperationException {
        var values = new ArrayList<@Nullable Object>();
        for (Class<?> type : types) {
            values.addAll(made(type));
        }
        return values;
    }
}

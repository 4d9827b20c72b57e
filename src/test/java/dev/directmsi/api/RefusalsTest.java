package dev.directmsi.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.domain.JavaType;
import io.swagger.v3.oas.annotations.Operation;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/// How each operation can be refused: what its code can reach, written down for the API document.
/// [Contract] holds every answer of every test to it.
class RefusalsTest {

    private static final String FILE = "dev/directmsi/api/document/refusals.properties";

    private static final Reach REACH =
            new Reach(
                    "dev.directmsi.api",
                    "dev.directmsi.store",
                    "dev.directmsi.control",
                    "dev.directmsi.iommufd",
                    "dev.directmsi.msi",
                    "dev.directmsi.hardware",
                    "dev.directmsi.address");

    @Test
    void fileIsWhatTheOperationsCanReach() throws IOException {
        assertThat(Files.readString(Resource.source(FILE)))
                .as(
                        "operations have changed how they refuse; to write it down: %s",
                        OpenApiDocumentTest.COMMAND)
                .isEqualTo(lines());
    }

    /// Writes it down.
    static void write() {
        Resource.write(FILE, lines());
    }

    private static String lines() {
        var lines =
                new StringBuilder(
                        "# Made by RefusalsTest: the reasons that the code of an operation can reach.\n");
        reasonsByOperation()
                .forEach((operation, reasons) ->
                        lines.append(operation)
                                .append('=')
                                .append(String.join(" ", reasons))
                                .append('\n'));
        return lines.toString();
    }

    private static Map<String, Set<String>> reasonsByOperation() {
        var found = new TreeMap<String, Set<String>>();
        for (JavaClass type : REACH.classes()) {
            for (JavaMethod method : type.getMethods()) {
                if (method.isAnnotatedWith(Operation.class)) {
                    found.put(
                            method.getAnnotationOfType(Operation.class).operationId(),
                            REACH.reasons(roots(method)));
                }
            }
        }
        return found;
    }

    /// The handler, and the constructors of what Jackson reads for it.
    private static Collection<JavaCodeUnit> roots(JavaMethod handler) {
        var roots = new ArrayList<JavaCodeUnit>(List.of(handler));
        var read = new HashSet<JavaClass>();
        handler.getParameterTypes().forEach(type -> addRead(type, read));
        read.forEach(type -> roots.addAll(type.getConstructors()));
        return roots;
    }

    private static void addRead(JavaType type, Set<JavaClass> read) {
        for (JavaClass raw : type.getAllInvolvedRawTypes()) {
            if (raw.getPackageName().startsWith("dev.directmsi.api")
                    && raw.isRecord()
                    && read.add(raw)) {
                raw.getFields().forEach(field -> addRead(field.getType(), read));
            }
        }
    }
}

package dev.directmsi.container;

import java.util.Optional;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionConfigurationException;
import org.junit.jupiter.api.extension.ExtensionContext;

/// Decides whether a class marked with [NeedsEngine] runs.
///
/// Containers are required in continuous integration, which says `CI=true`, and by
/// `-Dcontainers.required=true`.
final class EngineCondition implements ExecutionCondition {

    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
        Optional<String> missing = Engine.missing();
        if (missing.isEmpty()) {
            return ConditionEvaluationResult.enabled("the engine answers and has the images");
        }
        String line = "container tests cannot run: " + missing.get();
        if (required()) {
            throw new ExtensionConfigurationException(line);
        }
        if (context.getTestMethod().isEmpty()) {
            System.out.println(context.getDisplayName() + " skipped, " + line);
        }
        return ConditionEvaluationResult.disabled(line);
    }

    private static boolean required() {
        return Boolean.getBoolean("containers.required") || "true".equals(System.getenv("CI"));
    }
}

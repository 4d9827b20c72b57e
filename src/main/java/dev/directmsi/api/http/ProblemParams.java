package dev.directmsi.api.http;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Map;

/// The values that a rule saw, by name. Which names there are depends on the problem.
///
/// @param values numbers, strings, booleans, or lists of them
public record ProblemParams(@JsonValue Map<String, Object> values) {}

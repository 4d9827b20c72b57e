package dev.directmsi.store;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/// A database that the store cannot or must not work on.
final class UnusableDatabase extends IllegalStateException {

    private static final long serialVersionUID = 1;

    private final String remedy;

    /// @param remedy what the operator can do about it
    UnusableDatabase(String message, String remedy, @Nullable Throwable cause) {
        super(message, cause);
        this.remedy = remedy;
    }

    /// Ends a start with what is wrong instead of with a stack trace.
    static final class Analyzer extends AbstractFailureAnalyzer<UnusableDatabase> {
        @Override
        protected FailureAnalysis analyze(Throwable root, UnusableDatabase cause) {
            return new FailureAnalysis(cause.getMessage(), cause.remedy, cause);
        }
    }
}

package dev.directmsi.scenario;

/// Where a scenario is told: one height.
interface World extends AutoCloseable {

    /// Carries a step out and answers its result as text.
    ///
    /// @throws Refused when it was refused
    String tell(Step step, Names names);

    /// Stops everything that is only in memory and starts again from what is durable.
    void restart();

    @Override
    void close();

    /// A refusal, the same at every height.
    final class Refused extends RuntimeException {
        private static final long serialVersionUID = 1;

        /// @param refusal errno and reason, `EEXIST IOVA_ALREADY_MAPPED`
        Refused(String refusal) {
            super(refusal);
        }

        String refusal() {
            return String.valueOf(getMessage());
        }
    }
}

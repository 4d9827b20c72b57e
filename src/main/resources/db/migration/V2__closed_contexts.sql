-- The log of a context outlives it for ten minutes: who follows it hears of its last commits, and that it was closed.

CREATE TABLE closed_context (
    id        BIGINT                                             NOT NULL PRIMARY KEY,
    revision  BIGINT                                             NOT NULL,
    closed_at TIMESTAMP WITH TIME ZONE DEFAULT CURRENT_TIMESTAMP NOT NULL
);
COMMENT ON TABLE closed_context IS 'Contexts that were closed a short time ago, and whose change_log is still there';
COMMENT ON COLUMN closed_context.revision IS 'Of the closing: one more than the last in change_log';

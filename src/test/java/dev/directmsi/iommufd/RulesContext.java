package dev.directmsi.iommufd;

import dev.directmsi.address.PageSize;
import dev.directmsi.control.HardwareProgrammer;
import dev.directmsi.iommufd.object.ContextInfo;

/// A context for tests at rule height: decide, apply, program. Every step ends with the invariants.
public final class RulesContext {

    private final RulesHost host;
    private final ContextState state;
    private final HardwareProgrammer programmer = new HardwareProgrammer();

    public RulesContext(RulesHost host, long id) {
        this(host, id, host.topology().hostPageSize());
    }

    public RulesContext(RulesHost host, long id, PageSize pageSize) {
        var contextId = new ContextId(id);
        this.host = host;
        this.state =
                new ContextState(
                        contextId,
                        1,
                        ContextInfo.opened("test", host.topology().name(), "hash", pageSize),
                        host.topology(),
                        host.seenBy(contextId),
                        host.machine());
    }

    public ContextState state() {
        return state;
    }

    /// Runs a command; a refusal is thrown, after what a half-done operation did was applied.
    public <R> R run(Command<R> command) {
        Decision<R> decision = command.decideWhole(state);
        host.note(state.id(), decision.changes());
        if (!decision.changes().isEmpty()) {
            state.apply(state.revision() + 1, decision.changes());
            programmer.program(state, decision.changes());
        }
        Invariants.check(state, host.claimsOf(state.id()));
        return switch (decision) {
            case Decision.Accepted<R>(R reply, var _) -> reply;
            case Decision.Partial<R>(var _, Rejection rejection) -> throw rejection;
        };
    }
}

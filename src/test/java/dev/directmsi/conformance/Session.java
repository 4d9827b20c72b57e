package dev.directmsi.conformance;

import dev.directmsi.api.Http;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import tools.jackson.databind.json.JsonMapper;

/// The recorded process, as a client of the service: its contexts, its file descriptors, its
/// memory.
final class Session implements AutoCloseable {

    private static final JsonMapper JSON = JsonMapper.shared();
    private static final String MAIN = "main";

    /// An operation on something that was refused here and made by the kernel.
    static final Result MISSING = Result.refused("no handle, since it was refused before");

    private final Http http;
    private final String host;
    private final Trace trace;
    private final Map<String, Context> contexts = new LinkedHashMap<>();
    private final List<Context> lingering = new ArrayList<>();
    private final Map<Long, Opened> handles = new HashMap<>();
    private final Map<Operation, Step> processWide = new LinkedHashMap<>();
    private final Map<String, Operation> named = new HashMap<>();
    private Context current;

    /// Where the process has mapped memory last.
    long lastAnonymous;

    /// One context of the process.
    ///
    /// @param path below the service
    record Context(String path, Ids ids, ProcessMemory memory) {}

    /// A file descriptor of the process.
    ///
    /// @param context in which it was opened
    private record Opened(Handle handle, Context context) {

        boolean holds(Context other) {
            return context.path().equals(other.path())
                    && switch (handle) {
                        case Handle.Faults _, Handle.Events _, Handle.Access _ -> true;
                        case Handle.Device device -> device.id != null;
                        default -> false;
                    };
        }
    }

    Session(Http http, String host, Trace trace) {
        this.http = http;
        this.host = host;
        this.trace = trace;
        current = open(MAIN);
        for (long standard = 0; standard <= 2; standard++) {
            open(standard, new Handle.Other());
        }
    }

    /// Opens a context under the script's name for it.
    Context open(String name) {
        String body = JSON.writeValueAsString(Map.of("host", host));
        String path = http.post("/v1/contexts", body).expect(201).header("Location").orElseThrow();
        Context opened = new Context(path, new Ids(), new ProcessMemory());
        Context before = current;
        current = opened;
        opened.memory().lay(this, trace);
        processWide.forEach((operation, step) -> step.replay(operation, this));
        contexts.put(name, opened);
        current = name.equals(MAIN) ? opened : before;
        return opened;
    }

    /// Closes a context under the script's name for it. Devices that are bound to it and handles of
    /// its queues keep it.
    void closeContext(String name) {
        Context closed = contexts.remove(name);
        if (closed != null) {
            lingering.add(closed);
        }
    }

    private void letGo() {
        for (Context closed : List.copyOf(lingering)) {
            if (handles.values().stream().noneMatch(opened -> opened.holds(closed))) {
                lingering.remove(closed);
                http.delete(closed.path()).expect(204);
            }
        }
    }

    /// Replays an operation in the context that it is for; what concerns the process as a whole, in
    /// all that it has and will have.
    Result replay(Operation operation, Step step) {
        Context context = contexts.get(operation.context());
        if (!ProcessSteps.isProcessWide(operation)) {
            if (context == null && ProcessSteps.needsContext(operation)) {
                return Result.no(Inexpressible.HANDLE);
            }
            current = context == null ? current : context;
            return step.replay(operation, this);
        }
        processWide.put(operation, step);
        List<Result> results = new ArrayList<>();
        for (Context each : contexts.values()) {
            current = each;
            results.add(step.replay(operation, this));
        }
        return results.isEmpty() ? Result.no(Inexpressible.HANDLE) : results.getFirst();
    }

    /// Turns to another context for the rest of an operation.
    ///
    /// @return whether it is open
    boolean turnTo(String symbol) {
        Context context = contexts.get(symbol.replace("$ctx:", ""));
        current = context == null ? current : context;
        return context != null;
    }

    /// Remembers what later operations may name; ends contexts that nothing holds any more.
    void remember(Operation operation) {
        operation.name().ifPresent(name -> named.put(name, operation));
        letGo();
    }

    Answer get(String path) {
        return Answer.of("GET " + path, http.get(current.path() + path));
    }

    Answer post(String path, Object... body) {
        return Answer.of("POST " + path, http.post(current.path() + path, json(body)));
    }

    Answer put(String path, Object... body) {
        return Answer.of("PUT " + path, http.put(current.path() + path, json(body)));
    }

    Answer put(String path, byte[] body) {
        return Answer.of("PUT " + path, http.put(current.path() + path, body));
    }

    Answer delete(String path) {
        return Answer.of("DELETE " + path, http.delete(current.path() + path));
    }

    Ids ids() {
        return current.ids();
    }

    ProcessMemory memory() {
        return current.memory();
    }

    /// Our id of the object that an input names, as paths and bodies have it.
    long id(Operation operation, String field) {
        return ids().of(operation.number(field));
    }

    void open(long descriptor, Handle handle) {
        if (descriptor >= 0) {
            handles.put(descriptor, new Opened(handle, current));
        }
    }

    /// Remembers in which context a device was bound.
    void bindToCurrent(Handle.Device device) {
        handles.replaceAll(
                (_, opened) -> opened.handle() == device ? new Opened(device, current) : opened);
    }

    /// Closes a file descriptor, and turns to its context.
    Optional<Handle> close(long descriptor) {
        Optional<Handle> handle = handleOf(descriptor);
        handles.remove(descriptor);
        return handle;
    }

    private Optional<Handle> handleOf(long descriptor) {
        Opened opened = handles.get(descriptor);
        if (opened == null) {
            return Optional.empty();
        }
        if (opened.holds(opened.context())) {
            current = opened.context();
        }
        return Optional.of(opened.handle());
    }

    /// What a file descriptor among the inputs leads to.
    Optional<Handle> handle(Operation operation, String field) {
        String symbol = operation.symbol(field);
        if (symbol.equals("$memfd")) {
            return Optional.of(new Handle.Memory(ProcessMemory.FILE));
        }
        if (symbol.startsWith("$ctx:")) {
            return Optional.of(new Handle.Other());
        }
        return handleOf(operation.number(field));
    }

    /// The result of an operation on a handle of another kind than it takes, or on none.
    Result wrongHandle(Operation operation, String field) {
        return handle(operation, field).orElse(null) instanceof Handle.Missing
                ? MISSING
                : Result.no(Inexpressible.HANDLE);
    }

    <H extends Handle> Optional<H> handle(Operation operation, String field, Class<H> kind) {
        return handle(operation, field).filter(kind::isInstance).map(kind::cast);
    }

    /// The handle that a symbol like `$v0.fd` names.
    Optional<Handle> handle(String symbol) {
        String name = symbol.replaceAll("^\\$|\\..*$", "");
        return Optional.ofNullable(named.get(name)).flatMap(opened -> handleOf(opened.out("fd")));
    }

    /// The operation that the script gave a name to last.
    Operation named(String name) {
        return Objects.requireNonNull(named.get(name), name);
    }

    /// The device file of a function that is bound.
    Optional<Handle.Device> boundDevice(String address) {
        return handles.values().stream()
                .map(Opened::handle)
                .filter(Handle.Device.class::isInstance)
                .map(Handle.Device.class::cast)
                .filter(device -> device.id != null && device.address.equals(address))
                .findFirst();
    }

    private static String json(Object... namesAndValues) {
        Map<String, Object> body = Result.map(namesAndValues);
        body.values().removeIf(Absent.class::isInstance);
        return JSON.writeValueAsString(body);
    }

    /// A property that is not there.
    enum Absent {
        ABSENT
    }

    @Override
    public void close() {
        contexts.values().forEach(context -> http.delete(context.path()));
        lingering.forEach(context -> http.delete(context.path()));
    }
}

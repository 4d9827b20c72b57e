package dev.directmsi.conformance;

import dev.directmsi.api.Http;
import java.util.HashMap;
import java.util.LinkedHashMap;
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
    private final Map<Long, Handle> handles = new HashMap<>();
    private final Map<String, Operation> named = new HashMap<>();
    private Context current;

    /// Where the process has mapped memory last.
    long lastAnonymous;

    /// One context of the process.
    ///
    /// @param path below the service
    record Context(String path, Ids ids, ProcessMemory memory) {}

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
        contexts.put(name, opened);
        Context before = current;
        current = opened;
        opened.memory().lay(this, trace);
        current = name.equals(MAIN) ? opened : before;
        return opened;
    }

    /// Closes a context under the script's name for it.
    void closeContext(String name) {
        Context closed = contexts.remove(name);
        if (closed != null) {
            http.delete(closed.path());
        }
    }

    /// Turns to the context that an operation is for.
    void turnTo(Operation operation) {
        current = contexts.getOrDefault(operation.context(), current);
    }

    /// Remembers what later operations may name.
    void remember(Operation operation) {
        operation.name().ifPresent(name -> named.put(name, operation));
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
            handles.put(descriptor, handle);
        }
    }

    Optional<Handle> close(long descriptor) {
        return Optional.ofNullable(handles.remove(descriptor));
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
        return Optional.ofNullable(handles.get(operation.number(field)));
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
        return Optional.ofNullable(named.get(name))
                .flatMap(opened -> Optional.ofNullable(handles.get(opened.out("fd"))));
    }

    /// The operation that the script gave a name to last.
    Operation named(String name) {
        return Objects.requireNonNull(named.get(name), name);
    }

    /// The device file of a function that is bound.
    Optional<Handle.Device> boundDevice(String address) {
        return handles.values().stream()
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
    }
}

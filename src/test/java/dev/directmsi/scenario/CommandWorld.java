package dev.directmsi.scenario;

import dev.directmsi.address.AddressRange;
import dev.directmsi.address.PageSize;
import dev.directmsi.hardware.pci.Topology;
import dev.directmsi.iommufd.Command;
import dev.directmsi.iommufd.ContextView;
import dev.directmsi.iommufd.Rejection;
import dev.directmsi.iommufd.command.ReadVevents;
import dev.directmsi.iommufd.object.ObjectId;
import dev.directmsi.iommufd.object.QueuedEvent;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// A world whose steps are commands: the rules alone, or the control plane.
abstract class CommandWorld implements World {

    private String lastCommands = "";

    /// Opens a context on a host of its own.
    abstract void open(Topology host, @Nullable PageSize pageSize);

    abstract Object run(Command<?> command);

    abstract <T> T read(Function<ContextView, T> query);

    @Override
    public String tell(Step step, Names names) {
        try {
            return switch (step.verb()) {
                case "open" -> {
                    String size = step.option("page");
                    open(Hosts.of(step), size == null ? null : new PageSize(Step.number(size)));
                    yield "open";
                }
                case "ranges" ->
                        read(context ->
                                context
                                        .relations()
                                        .space(id(step, names))
                                        .reserved()
                                        .complement()
                                        .stream()
                                        .map(AddressRange::toString)
                                        .collect(Collectors.joining(" ")));
                case "copies" -> read(context -> Results.copies(context, id(step, names)));
                case "vectors" ->
                        read(context ->
                                context.vectors(id(step, names)).values().stream()
                                        .map(Results::vector)
                                        .collect(Collectors.joining("; ")));
                case "pending" ->
                        read(context -> Results.of(ReadVevents.peek(context, id(step, names))));
                case "stage2-faults" ->
                        read(context ->
                                context.events(QueuedEvent.STAGE2_FAULTS).stream()
                                        .map(event ->
                                                Results.words(
                                                        event.word0(),
                                                        event.word1(),
                                                        event.word2(),
                                                        event.word3()))
                                        .collect(Collectors.joining("; ")));
                case "smmu-commands" -> lastCommands;
                default -> {
                    Object reply = run(Commands.of(step, names));
                    lastCommands = Results.commands(reply);
                    yield Results.of(reply);
                }
            };
        } catch (Rejection rejection) {
            throw new Refused(rejection.reason().errno() + " " + rejection.reason());
        }
    }

    private static ObjectId id(Step step, Names names) {
        return new ObjectId(names.id(step.word(0)));
    }
}

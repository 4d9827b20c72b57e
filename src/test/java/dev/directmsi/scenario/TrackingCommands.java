package dev.directmsi.scenario;

import dev.directmsi.iommufd.Command;
import dev.directmsi.iommufd.command.AllocFaultQueue;
import dev.directmsi.iommufd.command.AnswerFaults;
import dev.directmsi.iommufd.command.AttachMockPasid;
import dev.directmsi.iommufd.command.AttachPasid;
import dev.directmsi.iommufd.command.CheckMockPasid;
import dev.directmsi.iommufd.command.CloseHandle;
import dev.directmsi.iommufd.command.DetachMockPasid;
import dev.directmsi.iommufd.command.DetachPasid;
import dev.directmsi.iommufd.command.Dma;
import dev.directmsi.iommufd.command.GetDirtyBitmap;
import dev.directmsi.iommufd.command.MarkDirty;
import dev.directmsi.iommufd.command.ReadFaults;
import dev.directmsi.iommufd.command.RequestPage;
import dev.directmsi.iommufd.command.SetDirtyTracking;
import dev.directmsi.iommufd.object.ObjectId;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The commands about dirty pages, PASIDs and page requests that a line of a scenario means.
final class TrackingCommands {

    private TrackingCommands() {}

    static Command<?> of(Step step, Names names) {
        return switch (step.verb()) {
            case "track" -> new SetDirtyTracking(id(step, names, 0), step.number(1));
            case "dirty" ->
                    new GetDirtyBitmap(
                            id(step, names, 0),
                            step.number(1),
                            step.number(2),
                            step.number(3),
                            SelftestCommands.flags(step));
            case "mark" ->
                    new MarkDirty(
                            id(step, names, 0),
                            step.number(1),
                            step.number(2),
                            step.number(3),
                            Arrays.stream(step.word(4).split(",", -1))
                                    .map(Long::parseLong)
                                    .toList());
            case "pasid" ->
                    new AttachPasid(id(step, names, 0), (int) step.number(1), id(step, names, 2));
            case "pasid-detach" -> new DetachPasid(id(step, names, 0), (int) step.number(1));
            case "mock-pasid", "mock-pasid-replace" ->
                    new AttachMockPasid(
                            id(step, names, 0),
                            (int) step.number(1),
                            id(step, names, 2),
                            step.verb().equals("mock-pasid-replace"));
            case "mock-pasid-detach" ->
                    new DetachMockPasid(id(step, names, 0), (int) step.number(1));
            case "mock-pasid-is" ->
                    new CheckMockPasid(
                            id(step, names, 0), (int) step.number(1), id(step, names, 2));
            case "dma" -> dma(step, names);
            case "fault-queue" -> new AllocFaultQueue(0);
            case "close-handle" -> new CloseHandle(id(step, names, 0));
            case "faults" -> new ReadFaults(id(step, names, 0), step.number(1));
            case "answer" -> new AnswerFaults(id(step, names, 0), answers(step));
            case "request-page" ->
                    new RequestPage(
                            id(step, names, 0),
                            (int) step.number(1),
                            (int) step.number(2),
                            (int) step.number(3),
                            step.number(4));
            default -> SelftestCommands.of(step, names);
        };
    }

    private static ObjectId id(Step step, Names names, int index) {
        return new ObjectId(names.id(step.word(index)));
    }

    private static Dma dma(Step step, Names names) {
        boolean writes = step.word(1).equals("w");
        return new Dma(
                id(step, names, 0),
                Commands.access(step.word(1)),
                step.number(2),
                step.number(3),
                pasid(step),
                writes ? new byte[(int) step.number(3)] : null);
    }

    private static @Nullable Integer pasid(Step step) {
        String pasid = step.option("pasid");
        return pasid == null ? null : Integer.valueOf(pasid);
    }

    /// `1:0 2:1`: cookies with their codes.
    private static List<AnswerFaults.Answer> answers(Step step) {
        return step.words().stream()
                .skip(1)
                .map(word -> word.split(":", -1))
                .map(parts ->
                        new AnswerFaults.Answer(
                                Integer.parseInt(parts[0]), Integer.parseInt(parts[1])))
                .toList();
    }
}

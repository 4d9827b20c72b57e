package dev.directmsi.iommufd.command;

import static dev.directmsi.iommufd.Reason.*;

import dev.directmsi.iommufd.Change;
import dev.directmsi.iommufd.Command;
import dev.directmsi.iommufd.ContextView;
import dev.directmsi.iommufd.Decision;
import dev.directmsi.iommufd.Rejection;
import dev.directmsi.iommufd.object.ObjectId;
import dev.directmsi.iommufd.object.PageFault;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * write() to a fault queue: answers page requests that were read. Stops at the first answer that is
 * wrong; those before it are given.
 */
public record AnswerFaults(ObjectId id, List<Answer> answers)
        implements Command<AnswerFaults.Answered> {

    /** IOMMUFD_PAGE_RESP_SUCCESS: the page is there, the access is to be tried again. */
    public static final int SUCCESS = 0;

    /** IOMMUFD_PAGE_RESP_INVALID: the access fails. */
    public static final int INVALID = 1;

    /**
     * One answer.
     *
     * @param cookie unsigned
     * @param code {@link #SUCCESS} or {@link #INVALID}
     */
    public record Answer(int cookie, int code) {}

    /** How many were given. */
    public record Answered(int answered) {}

    public AnswerFaults {
        answers = List.copyOf(answers);
    }

    @Override
    public String ioctl() {
        return "write";
    }

    @Override
    public Decision<Answered> decide(ContextView context) {
        ReadFaults.requireOpen(context, id);
        Map<Integer, PageFault> open = new HashMap<>();
        context.faults(id).stream()
                .filter(PageFault::isRead)
                .forEach(fault -> open.put(fault.cookie(), fault));
        List<Change> changes = new ArrayList<>();
        for (Answer answer : answers) {
            @Nullable PageFault fault = open.remove(answer.cookie);
            if (fault == null || !isCode(answer.code)) {
                return new Decision.Partial<>(
                        changes, wrong(answer).with("progress", changes.size()));
            }
            changes.add(new Change.FaultAnswered(fault));
        }
        return Decision.of(new Answered(changes.size()), changes);
    }

    private static boolean isCode(int code) {
        return code == SUCCESS || code == INVALID;
    }

    private Rejection wrong(Answer answer) {
        return isCode(answer.code)
                ? RESPONSE_COOKIE_UNKNOWN.refusal(
                        "cookie", Integer.toUnsignedString(answer.cookie), "id", id)
                : RESPONSE_CODE_INVALID.refusal("code", Integer.toUnsignedLong(answer.code));
    }
}

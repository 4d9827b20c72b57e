package dev.directmsi.api.events;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.directmsi.api.http.ChangeView;
import dev.directmsi.api.http.PlannedChange;
import dev.directmsi.control.ChangeText;
import dev.directmsi.iommufd.Change;
import dev.directmsi.iommufd.ContextView;
import java.util.List;
import java.util.TreeMap;
import org.springframework.stereotype.Component;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/// Writes the changes of a commit as the event stream shows them, and reads them again.
@Component
class LoggedChanges implements ChangeText {

    /// Changes of one commit that are shown one by one; of more, only how many of each kind.
    static final int LISTED = 100;

    /// Bytes of such a list; what is longer is summarized, too, so that a row stays small.
    static final int BYTES = 16 << 10;

    private static final TypeReference<List<LoggedChange>> LIST = new TypeReference<>() {};

    private final ChangeView view;
    private final JsonMapper json;

    LoggedChanges(ChangeView view, JsonMapper json) {
        this.view = view;
        this.json = json;
    }

    @Override
    public String of(List<Change> changes, ContextView before) {
        if (changes.size() <= LISTED) {
            List<LoggedChange> list =
                    changes.stream().map(change -> logged(view.of(change, before))).toList();
            byte[] text = json.writeValueAsBytes(list);
            if (text.length <= BYTES) {
                return new String(text, UTF_8);
            }
        }
        return json.writeValueAsString(counts(changes));
    }

    private static LoggedChange logged(PlannedChange change) {
        return new LoggedChange(change.kind(), change.object(), null);
    }

    private static List<LoggedChange> counts(List<Change> changes) {
        var counts = new TreeMap<String, Integer>();
        changes.forEach(change -> counts.merge(ChangeView.kind(change), 1, Integer::sum));
        return counts.entrySet().stream()
                .map(entry -> new LoggedChange(entry.getKey(), null, entry.getValue()))
                .toList();
    }

    List<LoggedChange> read(String text) {
        return json.readValue(text, LIST);
    }
}

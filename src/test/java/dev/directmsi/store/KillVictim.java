package dev.directmsi.store;

import com.zaxxer.hikari.HikariDataSource;
import dev.directmsi.iommufd.ContextId;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/// A process that commits to all contexts at once, as fast as it can, until it is killed. It prints
/// every revision that was acknowledged: context, revision, and a full stop that shows that the
/// line is whole.
final class KillVictim {

    private KillVictim() {}

    static void main(String[] arguments) {
        var output = new PrintStream(System.out, true, StandardCharsets.US_ASCII);
        HikariDataSource pool = Databases.h2(Path.of(arguments[0]));
        var store = new JdbcContextStore(pool);
        List<ContextId> contexts = store.open();
        Together.run(
                contexts.size(),
                number -> {
                    ContextId context = contexts.get(number);
                    long revision = store.load(context).orElseThrow().revision();
                    while (true) {
                        store.commit(
                                context,
                                revision,
                                KillModel.changes(context.value(), revision),
                                null);
                        revision++;
                        output.println(context + " " + revision + " .");
                    }
                });
    }
}

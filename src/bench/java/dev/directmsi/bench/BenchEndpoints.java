package dev.directmsi.bench;

import java.lang.management.ManagementFactory;
import java.lang.management.MemoryUsage;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/// What the service is compared with, in the same server on the same data source.
@RestController
class BenchEndpoints {

    private static final byte[] CONSTANT =
            """
            {"id":1,"type":"IOAS","createdRevision":3,"usedBy":[3],"users":[{"id":3,"type":"HWPT_PAGING"}]}\
            """
                    .getBytes(StandardCharsets.UTF_8);

    private final PlainJdbc jdbc;

    BenchEndpoints(DataSource dataSource) {
        jdbc = new PlainJdbc(dataSource);
    }

    /// An answer that costs nothing but HTTP.
    @GetMapping("/bench/constant")
    ResponseEntity<byte[]> constant() {
        return ResponseEntity.ok().contentType(MediaType.APPLICATION_JSON).body(CONSTANT);
    }

    /// The same for a request with a body.
    @PostMapping(path = "/bench/constant", consumes = MediaType.APPLICATION_JSON_VALUE)
    ResponseEntity<byte[]> constant(@RequestBody byte[] body) {
        return ResponseEntity.ok().contentType(MediaType.APPLICATION_JSON).body(CONSTANT);
    }

    /// Inserts rows for some time, each commit made durable; answers rows per second.
    @PostMapping("/bench/insert")
    String insert(@RequestParam long millis, @RequestParam int rows) throws SQLException {
        return Double.toString(jdbc.insertFor(millis, rows));
    }

    /// Bytes of the heap that are alive.
    @PostMapping("/bench/heap")
    String heap() {
        for (int i = 0; i < 3; i++) {
            System.gc();
        }
        MemoryUsage heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage();
        return Long.toString(heap.getUsed());
    }
}

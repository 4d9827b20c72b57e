package dev.directmsi.bench;

import dev.directmsi.Application;
import java.util.ArrayList;
import java.util.List;
import org.springframework.boot.SpringApplication;

/// The service as it is, and the yardsticks beside it.
final class BenchService {

    private BenchService() {}

    static void main(String[] arguments) {
        var sources = new ArrayList<Class<?>>(List.of(Application.class, BenchEndpoints.class));
        new SpringApplication(sources.toArray(Class<?>[]::new)).run(arguments);
    }
}

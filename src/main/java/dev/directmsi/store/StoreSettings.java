package dev.directmsi.store;

import java.time.Duration;
import java.util.Map;
import org.springframework.boot.context.properties.bind.DefaultValue;

/// Settings of the store, `direct-msi.store`.
///
/// @param waitAtStart how long a database that is away is waited for before the process ends
/// @param postgresql properties of PostgreSQL's driver; what the URL says goes before
record StoreSettings(
        @DefaultValue("60s") Duration waitAtStart, @DefaultValue Map<String, String> postgresql) {}

/// What the service costs, measured beside what it is compared with: `./mvnw -Pbench verify` writes
/// `target/bench/report.md`.
///
/// Each row is a ratio of two things measured in turns in one run on one machine, since absolute
/// numbers do not hold from one machine to the next. Rules and walks are timed by JMH in processes
/// of their own, HTTP by a load generator that shares the machine with the service and is therefore
/// as cheap as can be. The yardsticks (a constant answer, plain JDBC) live in {@link
/// dev.directmsi.bench.BenchEndpoints}, in the same server on the same data source; the product
/// does not have them.
///
/// May import: everything, tests included. Nothing imports it.
@NullMarked
package dev.directmsi.bench;

import org.jspecify.annotations.NullMarked;

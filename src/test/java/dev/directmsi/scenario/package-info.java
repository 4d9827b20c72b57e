/// Scenarios: plain text stories, told by one interpreter at three heights: the rules alone, the
/// control plane on H2, and HTTP. `restart` is a verb.
@NullMarked
package dev.directmsi.scenario;

import org.jspecify.annotations.NullMarked;

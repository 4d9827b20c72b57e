/// Random walks over the rules, the control plane and the stores: seeded, with two oracles, and the
/// numbered invariants after every step.
///
/// A failure prints seed, walk and step; `-Dseed=N` replays everything, `-Dwalk=K` one walk of it.
@NullMarked
package dev.directmsi.walk;

import org.jspecify.annotations.NullMarked;

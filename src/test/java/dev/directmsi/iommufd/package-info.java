/// Tests of the rules: the invariants by number, and contexts without a store.
@NullMarked
package dev.directmsi.iommufd;

import org.jspecify.annotations.NullMarked;

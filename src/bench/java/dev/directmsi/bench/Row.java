package dev.directmsi.bench;

import java.util.Locale;

/// A line of the report.
///
/// @param what was measured
/// @param against what it is compared with
/// @param bar what must be reached, in words
/// @param measured what came out, in words
/// @param bound the number that the bar is
/// @param value the number to hold against it
/// @param atLeast whether the bar is a lower bound
record Row(
        String what,
        String against,
        String bar,
        String measured,
        double value,
        double bound,
        boolean atLeast) {

    static Row atLeast(
            double bound, String unit, String what, String against, double value, String measured) {
        return new Row(
                what, against, "at least " + number(bound) + unit, measured, value, bound, true);
    }

    static Row atMost(
            double bound, String unit, String what, String against, double value, String measured) {
        return new Row(
                what, against, "at most " + number(bound) + unit, measured, value, bound, false);
    }

    boolean isMet() {
        return atLeast ? value >= bound : value <= bound;
    }

    /// Met, or by how much not.
    String verdict() {
        if (isMet()) {
            return "met";
        }
        double factor = atLeast ? bound / value : value / bound;
        return "**missed** by a factor of " + number(factor);
    }

    String line() {
        return "| "
                + String.join(" | ", what, against, bar, measured, number(value), verdict())
                + " |";
    }

    /// Three digits that count.
    static String number(double value) {
        if (value >= 1000) {
            return String.format(Locale.ROOT, "%,.0f", value);
        }
        return value >= 100
                ? String.format(Locale.ROOT, "%.0f", value)
                : value >= 10
                        ? String.format(Locale.ROOT, "%.1f", value)
                        : String.format(Locale.ROOT, "%.2f", value);
    }
}

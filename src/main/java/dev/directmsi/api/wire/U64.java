package dev.directmsi.api.wire;

import dev.directmsi.address.Address;
import dev.directmsi.address.AddressRange;
import dev.directmsi.address.Iova;
import dev.directmsi.address.Ipa;
import dev.directmsi.address.UserVa;
import dev.directmsi.iommufd.Reason;
import java.math.BigInteger;
import java.util.regex.Pattern;

/// An unsigned 64-bit value: an address, a length, a register.
///
/// @param value all 64 bits; compare it unsigned
public record U64(long value) {

    /// What an answer contains: no leading zeros, lower case.
    public static final String CANONICAL = "^0x(0|[1-9a-f][0-9a-f]{0,15})$";

    /// The largest JSON integer that every reader keeps: 2^53 − 1 (RFC 8259, 6).
    public static final long EXACT_NUMBER_LIMIT = (1L << 53) - 1;

    /// Longest text that is looked at; leading zeros may make a value longer than it needs to be.
    private static final int TEXT_LIMIT = 64;

    private static final Pattern HEX = Pattern.compile("0[xX][0-9a-fA-F]+");
    private static final Pattern DECIMAL = Pattern.compile("[0-9]+");

    public static U64 of(Address address) {
        return new U64(address.value());
    }

    /// Reads hex with `0x` in either case, or decimal; leading zeros are allowed.
    ///
    /// @throws IllegalArgumentException that says what is wrong, for the client
    public static U64 parse(String text) {
        if (text.length() > TEXT_LIMIT) {
            throw new IllegalArgumentException(
                    "a 64-bit value has at most " + TEXT_LIMIT + " characters");
        }
        BigInteger number;
        if (HEX.matcher(text).matches()) {
            number = new BigInteger(text.substring(2), 16);
        } else if (DECIMAL.matcher(text).matches()) {
            number = new BigInteger(text);
        } else {
            throw new IllegalArgumentException(
                    "'" + text + "' is neither 0x and hex digits nor decimal digits");
        }
        if (number.bitLength() > Long.SIZE) {
            throw new IllegalArgumentException(text + " does not fit into 64 bits");
        }
        return new U64(number.longValue());
    }

    /// The range from one value to another.
    ///
    /// @throws dev.directmsi.iommufd.Rejection when it ends before it begins
    public static AddressRange range(U64 first, U64 last) {
        if (Long.compareUnsigned(first.value, last.value) > 0) {
            throw Reason.MALFORMED_REQUEST.refusal(
                    "problem", "the range " + first + ".." + last + " ends before it begins");
        }
        return new AddressRange(first.value, last.value);
    }

    public Iova toIova() {
        return new Iova(value);
    }

    public Ipa toIpa() {
        return new Ipa(value);
    }

    public UserVa toUserVa() {
        return new UserVa(value);
    }

    /// The canonical text, as every answer has it.
    @Override
    public String toString() {
        return Address.hex(value);
    }
}

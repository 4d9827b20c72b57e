package dev.directmsi.control.host;

import dev.directmsi.address.AddressRange;
import dev.directmsi.hardware.pci.TopologyProblem;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// The properties of one object of a document. Each is asked for by name and type; what is of
/// another type becomes a problem and reads as the default, what is never asked for is unknown.
final class DocumentFields {

    /// Numbers are exact up to here in every JSON implementation; a larger one must be a string.
    private static final BigInteger LARGEST_JSON_NUMBER = BigInteger.valueOf((1L << 53) - 1);

    private static final BigInteger LARGEST_U64 =
            BigInteger.ONE.shiftLeft(Long.SIZE).subtract(BigInteger.ONE);
    private static final Pattern NUMBER = Pattern.compile("0[xX][0-9a-fA-F]{1,24}|-?[0-9]{1,24}");

    private final String place;
    private final ObjectNode object;
    private final List<TopologyProblem> problems;
    private final Set<String> known = new HashSet<>();

    /// @param place of the object in the document, empty for the document itself
    /// @param problems where problems go
    DocumentFields(String place, ObjectNode object, List<TopologyProblem> problems) {
        this.place = place;
        this.object = object;
        this.problems = problems;
    }

    Optional<String> text(String name) {
        Optional<JsonNode> node = find(name);
        if (node.isPresent() && !node.get().isString()) {
            problem(name, "text is expected");
            return Optional.empty();
        }
        return node.map(JsonNode::stringValue);
    }

    String requiredText(String name) {
        if (!has(name)) {
            problem(name, "is missing");
        }
        return text(name).orElse("");
    }

    boolean flag(String name, boolean ifAbsent) {
        Optional<JsonNode> node = find(name);
        if (node.isPresent() && !node.get().isBoolean()) {
            problem(name, "true or false is expected");
            return ifAbsent;
        }
        return node.map(JsonNode::booleanValue).orElse(ifAbsent);
    }

    /// A signed 32-bit number; its legal range is a rule's business.
    int count(String name, int ifAbsent) {
        return find(name)
                .flatMap(node -> number(name, node, Integer.MIN_VALUE, Integer.MAX_VALUE))
                .map(BigInteger::intValueExact)
                .orElse(ifAbsent);
    }

    /// An unsigned 32-bit id.
    int id(String name) {
        return find(name)
                .flatMap(node -> number(name, node, 0, 0xffff_ffffL))
                .map(BigInteger::intValue)
                .orElse(0);
    }

    List<Integer> ids(String name) {
        var ids = new ArrayList<Integer>();
        List<JsonNode> nodes = list(name, Integer.MAX_VALUE);
        for (int i = 0; i < nodes.size(); i++) {
            number(name + "[" + i + "]", nodes.get(i), 0, 0xffff_ffffL)
                    .ifPresent(id -> ids.add(id.intValue()));
        }
        return ids;
    }

    /// An unsigned 64-bit number: a hex or decimal string, or an integer.
    long address(String name, long ifAbsent) {
        return find(name)
                .flatMap(node -> number(name, node, BigInteger.ZERO, LARGEST_U64))
                .map(BigInteger::longValue)
                .orElse(ifAbsent);
    }

    long requiredAddress(String name) {
        if (!has(name)) {
            problem(name, "is missing");
        }
        return address(name, 0);
    }

    /// An inclusive range, `first` and `last`.
    AddressRange range() {
        long first = requiredAddress("first");
        long last = requiredAddress("last");
        if (Long.compareUnsigned(first, last) > 0) {
            problem("last", "the range ends before it begins");
            return new AddressRange(first, first);
        }
        return new AddressRange(first, last);
    }

    List<JsonNode> list(String name, int most) {
        Optional<JsonNode> node = find(name);
        if (node.isEmpty()) {
            return List.of();
        }
        if (!node.get().isArray()) {
            problem(name, "a list is expected");
            return List.of();
        }
        if (node.get().size() > most) {
            problem(name, node.get().size() + " of them, at most " + most + " are possible");
            return List.of();
        }
        return List.copyOf(node.get().values());
    }

    /// The objects of a list, each with its own place.
    List<DocumentFields> objects(String name, int most) {
        var objects = new ArrayList<DocumentFields>();
        List<JsonNode> nodes = list(name, most);
        for (int i = 0; i < nodes.size(); i++) {
            String there = name + "[" + i + "]";
            if (nodes.get(i) instanceof ObjectNode element) {
                objects.add(new DocumentFields(at(there), element, problems));
            } else {
                problem(there, "an object with properties is expected");
            }
        }
        return objects;
    }

    Optional<DocumentFields> object(String name) {
        Optional<JsonNode> node = find(name);
        if (node.isPresent() && !node.get().isObject()) {
            problem(name, "an object with properties is expected");
        }
        return node.filter(ObjectNode.class::isInstance)
                .map(found -> new DocumentFields(at(name), (ObjectNode) found, problems));
    }

    /// The property if it is text; any other type is no problem.
    String textIfAny(String name) {
        return find(name).filter(JsonNode::isString).map(JsonNode::stringValue).orElse("");
    }

    boolean has(String name) {
        return object.hasNonNull(name);
    }

    /// Reports what nobody asked for. Last.
    void refuseUnknown() {
        for (String name : object.propertyNames()) {
            if (!known.contains(name)) {
                problem(printable(name), "unknown property");
            }
        }
    }

    void problem(String name, String message) {
        problems.add(new TopologyProblem(at(name), message));
    }

    private String at(String name) {
        return place.isEmpty() ? name : place + "." + name;
    }

    /// A null is as good as nothing.
    private Optional<JsonNode> find(String name) {
        known.add(name);
        return Optional.ofNullable(object.get(name)).filter(node -> !node.isNull());
    }

    private Optional<BigInteger> number(String name, JsonNode node, long least, long most) {
        return number(name, node, BigInteger.valueOf(least), BigInteger.valueOf(most));
    }

    private Optional<BigInteger> number(
            String name, JsonNode node, BigInteger least, BigInteger most) {
        Optional<BigInteger> value = number(node);
        if (value.isEmpty()) {
            problem(name, "a number is expected, decimal or with 0x");
        } else if (node.isNumber() && value.get().compareTo(LARGEST_JSON_NUMBER) > 0) {
            problem(name, "a number above 2^53-1 must be a string, or it would be rounded");
            return Optional.empty();
        } else if (value.get().compareTo(least) < 0 || value.get().compareTo(most) > 0) {
            problem(name, "%s is not between %s and %s".formatted(value.get(), least, most));
            return Optional.empty();
        }
        return value;
    }

    private static Optional<BigInteger> number(JsonNode node) {
        if (node.isIntegralNumber()) {
            return Optional.of(node.bigIntegerValue());
        }
        if (!node.isString() || !NUMBER.matcher(node.stringValue()).matches()) {
            return Optional.empty();
        }
        String text = node.stringValue();
        return Optional.of(
                text.startsWith("0x") || text.startsWith("0X")
                        ? new BigInteger(text.substring(2), 16)
                        : new BigInteger(text));
    }

    private static String printable(String name) {
        String shown = name.substring(0, Math.min(name.length(), 40));
        return shown.replaceAll("[^\\x20-\\x7e]", "?");
    }
}

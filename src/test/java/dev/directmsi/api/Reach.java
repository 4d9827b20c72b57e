package dev.directmsi.api;

import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import dev.directmsi.api.http.HttpReason;
import dev.directmsi.iommufd.Command;
import dev.directmsi.iommufd.Reason;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/// Which reasons a piece of code can reach: all that it calls, and what overrides that.
///
/// Who makes a command outside of the rules runs it: a call of [Command]'s `decide` leads to the
/// commands that were made on the way there, not to all that there are. Rules that use each other
/// call each other by name.
final class Reach {

    private static final List<Class<?>> REASONS = List.of(Reason.class, HttpReason.class);

    private static final String RULES = Command.class.getPackageName();

    private final JavaClasses classes;
    private final List<String> packages;

    /// @param packages the code that is looked into, with all below
    Reach(String... packages) {
        this.packages = List.of(packages);
        this.classes =
                new ClassFileImporter()
                        .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                        .importPackages(packages);
    }

    JavaClasses classes() {
        return classes;
    }

    /// The names of the reasons, in order.
    Set<String> reasons(Collection<? extends JavaCodeUnit> roots) {
        var reasons = new TreeSet<String>();
        var seen = new HashSet<JavaCodeUnit>();
        Deque<JavaCodeUnit> next = new ArrayDeque<>(roots);
        while (!next.isEmpty()) {
            JavaCodeUnit unit = next.remove();
            if (seen.add(unit)) {
                unit.getFieldAccesses().stream()
                        .filter(access -> isReason(access.getTargetOwner()))
                        .filter(access -> isReason(access.getTarget().getRawType()))
                        .map(JavaAccess::getName)
                        .forEach(reasons::add);
                unit.getCallsFromSelf().forEach(call -> next.addAll(called(call)));
                unit.getMethodReferencesFromSelf().forEach(call -> next.addAll(called(call)));
                unit.getConstructorReferencesFromSelf().forEach(call -> next.addAll(called(call)));
            }
        }
        return reasons;
    }

    private static boolean isReason(JavaClass type) {
        return REASONS.stream().anyMatch(type::isEquivalentTo);
    }

    /// The code that decides a command.
    static List<JavaMethod> rules(JavaClass command) {
        return command.getMethods().stream()
                .filter(method -> method.getName().equals("decide"))
                .toList();
    }

    /// What a call can reach: the method itself, and those that override it; of a constructor of a
    /// command also its rule.
    private List<JavaCodeUnit> called(JavaAccess<?> access) {
        return access.getTarget()
                .resolveMember()
                .filter(JavaCodeUnit.class::isInstance)
                .map(JavaCodeUnit.class::cast)
                .filter(unit -> isLookedInto(unit.getOwner()))
                .map(unit ->
                        Stream.of(Stream.of(unit), overriding(unit), made(access, unit))
                                .<JavaCodeUnit>flatMap(units -> units)
                                .toList())
                .orElse(List.of());
    }

    private boolean isLookedInto(JavaClass owner) {
        return packages.stream()
                        .anyMatch(name -> (owner.getPackageName() + ".").startsWith(name + "."))
                && !isReason(owner);
    }

    private static Stream<? extends JavaCodeUnit> made(JavaAccess<?> access, JavaCodeUnit unit) {
        return unit.isConstructor()
                        && unit.getOwner().isAssignableTo(Command.class)
                        && !access.getOriginOwner().getPackageName().startsWith(RULES)
                ? rules(unit.getOwner()).stream()
                : Stream.empty();
    }

    private static Stream<? extends JavaCodeUnit> overriding(JavaCodeUnit unit) {
        return unit instanceof JavaMethod && !unit.getOwner().isEquivalentTo(Command.class)
                ? unit.getOwner().getAllSubclasses().stream()
                        .flatMap(type -> overriding(type, unit).stream())
                : Stream.empty();
    }

    private static Optional<JavaMethod> overriding(JavaClass type, JavaCodeUnit unit) {
        return type.tryGetMethod(
                unit.getName(),
                unit.getRawParameterTypes().stream()
                        .map(JavaClass::getName)
                        .toArray(String[]::new));
    }
}

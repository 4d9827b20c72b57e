package dev.directmsi.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.plantuml.rules.PlantUmlArchCondition.Configuration.consideringOnlyDependenciesInAnyPackage;
import static com.tngtech.archunit.library.plantuml.rules.PlantUmlArchCondition.adhereToPlantUmlDiagram;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.AccessTarget;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// Every rule allows an empty package: a package that is not written yet breaks no rule.
class ArchitectureTest {

    private static final Path DRAWING = Path.of("src/test/resources/architecture.puml");

    /// The packages that describe the machine and the rules, and need nothing but the language for
    /// it.
    private static final String[] CORE = {
        "dev.directmsi.address..",
        "dev.directmsi.hardware..",
        "dev.directmsi.msi..",
        "dev.directmsi.iommufd.."
    };

    private static final String GENERATED_CLIENT = "dev.directmsi.vmm.client..";

    private static final JavaClasses MAIN =
            new ClassFileImporter()
                    .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                    .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_PACKAGE_INFOS)
                    .importPackages("dev.directmsi");

    @Test
    void packagesImportOnlyWhatTheDrawingShows() {
        // A class in a package that is not drawn fails here too; only the root package, which
        // starts
        // Spring, is not part of the drawing, and nobody may import it.
        check(
                classes()
                        .that()
                        .resideOutsideOfPackage("dev.directmsi")
                        .should(
                                adhereToPlantUmlDiagram(
                                        DRAWING,
                                        consideringOnlyDependenciesInAnyPackage(
                                                "dev.directmsi.."))));
    }

    @Test
    void everyPackageIsDrawn() throws IOException {
        String[] drawn =
                Pattern.compile("<<(.+)>>")
                        .matcher(Files.readString(DRAWING))
                        .results()
                        .map(match -> match.group(1))
                        .toArray(String[]::new);

        check(
                classes()
                        .that()
                        .resideOutsideOfPackage("dev.directmsi")
                        .should()
                        .resideInAnyPackage(drawn));
    }

    @Test
    void coreImportsOnlyJava() {
        check(
                classes()
                        .that()
                        .resideInAnyPackage(CORE)
                        .should()
                        .onlyDependOnClassesThat(
                                resideInAnyPackage("java..", "org.jspecify..")
                                        .or(resideInAnyPackage(CORE))));
    }

    /// What the virtual VMM can do, any user of the published document can.
    @Test
    void virtualVmmKnowsOnlyTheGeneratedClient() {
        check(
                classes()
                        .that()
                        .resideInAPackage("dev.directmsi.vmm")
                        .should()
                        .onlyDependOnClassesThat(
                                resideInAnyPackage(
                                        "java..",
                                        "org.jspecify..",
                                        "dev.directmsi.vmm",
                                        GENERATED_CLIENT)));
    }

    @Test
    void onlyTheStoreSpeaksSql() {
        check(
                noClasses()
                        .that()
                        .resideOutsideOfPackage("dev.directmsi.store..")
                        .should()
                        .dependOnClassesThat()
                        .resideInAnyPackage(
                                "java.sql..",
                                "javax.sql..",
                                "org.springframework.jdbc..",
                                "org.springframework.transaction..",
                                "org.flywaydb..",
                                "org.h2..",
                                "org.postgresql.."));
    }

    @Test
    void onlyTheApiSpeaksHttp() {
        check(
                noClasses()
                        .that()
                        .resideOutsideOfPackages("dev.directmsi.api..", GENERATED_CLIENT)
                        .should()
                        .dependOnClassesThat()
                        .resideInAnyPackage(
                                "org.springframework.web..",
                                "org.springframework.http..",
                                "jakarta.servlet.."));
    }

    @Test
    void transactionsAreVisibleAndPersistenceIsPlainSql() {
        check(
                noClasses()
                        .should()
                        .dependOnClassesThat()
                        .resideInAnyPackage(
                                "org.springframework.transaction.annotation..",
                                "jakarta.transaction..",
                                "jakarta.persistence..",
                                "org.springframework.data..",
                                "org.hibernate..")
                        .because("the one transaction is written out in the store"));
    }

    @Test
    void onlyControlAppliesChanges() {
        check(
                noClasses()
                        .that()
                        .resideOutsideOfPackage("dev.directmsi.control..")
                        .and()
                        .doNotHaveFullyQualifiedName("dev.directmsi.iommufd.ContextState")
                        .should()
                        .accessTargetWhere(
                                describe(
                                        "the target is ContextState.apply",
                                        (JavaAccess<?> access) ->
                                                isApplyOfContextState(access.getTarget())))
                        .because("memory changes only after the commit"));
    }

    private static boolean isApplyOfContextState(AccessTarget target) {
        return target.getName().equals("apply")
                && target.getOwner().isAssignableTo("dev.directmsi.iommufd.ContextState");
    }

    @Test
    void typeNamesSayWhatTheTypeIs() {
        check(
                noClasses()
                        .that()
                        .resideOutsideOfPackage(GENERATED_CLIENT)
                        .should()
                        .haveNameMatching(".*(Impl|Manager|Utils?|Helper)")
                        .because("a type without a better name has no single job yet"));
    }

    /// Annotations of Lombok do not reach the class files; what is not on the class path cannot be
    /// used.
    @Test
    void classPathIsFreeOfBannedLibraries() {
        assertThat(List.of("lombok/Data", "jakarta/persistence/Entity", "org/mockito/Mockito"))
                .allSatisfy(type ->
                        assertThat(ClassLoader.getSystemResource(type + ".class")).isNull());
    }

    @Test
    void everyPackageExplainsItself() throws IOException {
        Stream<Path> packages = mainSources().stream().map(Path::getParent).distinct();

        assertThat(packages)
                .isNotEmpty()
                .map(directory -> directory.resolve("package-info.java"))
                .allSatisfy(info -> assertThat(info).content().contains("///", "@NullMarked"));
    }

    private static List<Path> mainSources() throws IOException {
        try (Stream<Path> files = Files.walk(Path.of("src/main/java"))) {
            return files.filter(file -> file.toString().endsWith(".java")).toList();
        }
    }

    private static void check(ArchRule rule) {
        rule.allowEmptyShould(true).check(MAIN);
    }
}

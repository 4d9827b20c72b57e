# Sourced by mvnw. Sets JAVA_HOME to a JDK that can build this project, or says what to install.
#
# Maven and some of its plugins (Spotless, the OpenAPI generator) run in Maven's own JVM, so a toolchain is not
# enough: Maven itself has to be started with a new JDK. A good JAVA_HOME is respected; otherwise the lowest
# JDK that is new enough wins, so that everybody gets the same one.

required_jdk=25

# Prints the feature release of the JDK in directory $1, or 0 when there is no JDK.
jdk_feature() {
    if [ -x "$1/bin/javac" ] && [ -r "$1/release" ]; then
        feature=$(sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$1/release")
        echo "${feature:-0}"
    else
        echo 0
    fi
}

find_jdk() {
    if [ -n "${JAVA_HOME:-}" ] && [ "$(jdk_feature "$JAVA_HOME")" -ge "$required_jdk" ]; then
        return 0
    fi
    best_home=
    best_feature=9999
    javac_on_path=$(command -v javac 2>/dev/null && true)
    javac_home=
    if [ -n "$javac_on_path" ]; then
        javac_home=$(dirname "$(dirname "$(readlink -f "$javac_on_path")")")
    fi
    for home in "$javac_home" "${JAVA25_HOME:-}" /usr/lib/jvm/* \
        "$HOME"/.sdkman/candidates/java/* "$HOME"/.jdks/* /Library/Java/JavaVirtualMachines/*/Contents/Home; do
        feature=$(jdk_feature "$home")
        if [ "$feature" -ge "$required_jdk" ] && [ "$feature" -lt "$best_feature" ]; then
            best_home=$home
            best_feature=$feature
        fi
    done
    if [ -z "$best_home" ]; then
        echo "mvnw: no JDK $required_jdk or newer found; install one (for example openjdk-25-jdk) or set JAVA_HOME to it" >&2
        return 1
    fi
    JAVA_HOME=$best_home
    export JAVA_HOME
}

find_jdk || exit 1

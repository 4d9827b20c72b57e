package dev.directmsi.api.http;

import dev.directmsi.api.wire.U64;
import dev.directmsi.iommufd.ContextId;
import dev.directmsi.iommufd.Reason;
import dev.directmsi.iommufd.Rejection;
import dev.directmsi.iommufd.object.ObjectId;
import jakarta.servlet.http.HttpServletResponse;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A refusal as it goes out (RFC 9457). `code` and `errno` are stable, `detail` is for people.
///
/// @param type address of the explanation, below `/problems`
/// @param instance path of the request that was refused
/// @param errno what the kernel returns, by name
/// @param ioctl the kernel command that was refused; absent where none ran
/// @param params every value that `detail` mentions; 64-bit quantities in hex, ids and counts as
///   numbers
public record Problem(
        String type,
        String title,
        int status,
        String detail,
        @Nullable String instance,
        String code,
        String errno,
        int errnoValue,
        @Nullable String ioctl,
        ProblemParams params,
        String remedy) {

    public static final String MEDIA_TYPE = "application/problem+json";

    public static Problem of(
            Rejection rejection, @Nullable String ioctl, @Nullable String instance) {
        var params = new LinkedHashMap<String, Object>();
        rejection.params().forEach((name, value) -> params.put(name, shown(value)));
        return of(ProblemType.of(rejection.reason()), rejection.detail(), ioctl, instance, params);
    }

    /// A problem of the transport; `params` are shown as they are.
    public static Problem of(
            HttpReason reason,
            String detail,
            @Nullable String instance,
            Map<String, Object> params) {
        return of(ProblemType.of(reason), detail, null, instance, params);
    }

    /// The problem that stands for a status which was decided without us, by Tomcat or a filter.
    public static Problem ofStatus(
            int status, @Nullable String instance, Map<String, Object> params) {
        if (status == HttpServletResponse.SC_BAD_REQUEST) {
            String detail = "the request is not valid HTTP";
            Rejection rejection = Reason.MALFORMED_REQUEST.refusal("problem", detail);
            return of(rejection, null, instance);
        }
        HttpReason reason =
                Arrays.stream(HttpReason.values())
                        .filter(candidate -> candidate.status() == status)
                        .findFirst()
                        .orElse(
                                status < 500
                                        ? HttpReason.PATH_NOT_FOUND
                                        : HttpReason.INTERNAL_ERROR);
        return of(reason, reason.title(), instance, params);
    }

    private static Problem of(
            ProblemType type,
            String detail,
            @Nullable String ioctl,
            @Nullable String instance,
            Map<String, Object> params) {
        return new Problem(
                type.type(),
                type.meaning(),
                type.status(),
                detail,
                instance,
                type.code(),
                type.errno(),
                type.errnoValue(),
                ioctl,
                new ProblemParams(params),
                type.remedy());
    }

    private static Object shown(Object value) {
        return switch (value) {
            case Long quantity -> new U64(quantity).toString();
            case Integer number -> Integer.toUnsignedLong(number);
            case ObjectId id -> Integer.toUnsignedLong(id.value());
            case ContextId id -> id.value();
            case Boolean truth -> truth;
            case Collection<?> several -> several.stream().map(Problem::shown).toList();
            default -> value.toString();
        };
    }
}

package dev.directmsi.api.wire;

import dev.directmsi.iommufd.ContextId;
import dev.directmsi.iommufd.object.ObjectId;
import java.util.regex.Pattern;
import org.springframework.context.annotation.Configuration;
import org.springframework.format.FormatterRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

/// The text form of the value types, in a path or a query.
@Configuration(proxyBeanMethods = false)
public class WireFormats implements WebMvcConfigurer {

    private static final Pattern CONTEXT_ID = Pattern.compile("[0-9]{1,19}");

    @Override
    public void addFormatters(FormatterRegistry registry) {
        registry.addConverter(String.class, U64.class, U64::parse);
        registry.addConverter(String.class, U32.class, U32::parse);
        registry.addConverter(String.class, NameOrNumber.class, NameOrNumber::new);
        registry.addConverter(String.class, Limit.class, Limit::parse);
        registry.addConverter(String.class, HostName.class, HostName::new);
        registry.addConverter(String.class, ObjectId.class, WireFormats::objectId);
        registry.addConverter(String.class, ContextId.class, WireFormats::contextId);
    }

    /// Reads the id of an object.
    ///
    /// @throws IllegalArgumentException that says what is wrong, for the client
    public static ObjectId objectId(String text) {
        return new ObjectId(U32.parse(text).value());
    }

    /// Reads the id of a context.
    ///
    /// @throws IllegalArgumentException that says what is wrong, for the client
    public static ContextId contextId(String text) {
        long value = CONTEXT_ID.matcher(text).matches() ? Long.parseUnsignedLong(text) : -1;
        if (value < 0) {
            throw new IllegalArgumentException("'" + text + "' is not a context id");
        }
        return new ContextId(value);
    }
}

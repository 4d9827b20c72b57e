package dev.directmsi.api.wire;

import dev.directmsi.iommufd.ContextId;
import dev.directmsi.iommufd.object.ObjectId;
import org.springframework.context.annotation.Configuration;
import org.springframework.format.FormatterRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

/// The text form of the value types, in a path or a query.
@Configuration(proxyBeanMethods = false)
public class WireFormats implements WebMvcConfigurer {

    @Override
    public void addFormatters(FormatterRegistry registry) {
        registry.addConverter(String.class, U64.class, U64::parse);
        registry.addConverter(String.class, U32.class, U32::parse);
        registry.addConverter(String.class, NameOrNumber.class, NameOrNumber::new);
        registry.addConverter(String.class, Limit.class, Limit::parse);
        registry.addConverter(String.class, HostName.class, HostName::new);
        registry.addConverter(
                String.class, ObjectId.class, text -> new ObjectId(U32.parse(text).value()));
        registry.addConverter(String.class, ContextId.class, WireFormats::contextId);
    }

    private static ContextId contextId(String text) {
        long value = text.matches("[0-9]{1,19}") ? Long.parseUnsignedLong(text) : -1;
        if (value < 0) {
            throw new IllegalArgumentException("'" + text + "' is not a context id");
        }
        return new ContextId(value);
    }
}

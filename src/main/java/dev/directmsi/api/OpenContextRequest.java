package dev.directmsi.api;

import dev.directmsi.address.PageSize;
import dev.directmsi.api.wire.U32;
import dev.directmsi.control.LiveHost;
import dev.directmsi.control.host.Presets;
import dev.directmsi.iommufd.ContextId;
import dev.directmsi.iommufd.Reason;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Opens a context.
///
/// @param host the machine underneath; `lab` if absent
/// @param name for people; at most 200 characters
/// @param hostPageSize page size of the modelled kernel: 4096, 16384 or 65536; the host's if absent
record OpenContextRequest(
        @Nullable String host, @Nullable String name, @Nullable U32 hostPageSize) {

    static final OpenContextRequest EMPTY = new OpenContextRequest(null, null, null);

    private static final int NAME_LIMIT = 200;

    /// What an arm64 kernel can be built with (`CONFIG_ARM64_*_PAGES`).
    private static final List<PageSize> PAGE_SIZES =
            List.of(PageSize.SIZE_4K, PageSize.SIZE_16K, PageSize.SIZE_64K);

    String hostOrDefault() {
        return host == null ? Presets.DEFAULT : host;
    }

    String nameOrDefault() {
        if (name != null && name.length() > NAME_LIMIT) {
            throw Reason.VALUE_TOO_LARGE.refusal(
                    "what", "name", "value", name.length(), "limit", NAME_LIMIT);
        }
        return name == null ? "" : name;
    }

    @Nullable PageSize pageSize() {
        if (hostPageSize == null) {
            return null;
        }
        return PAGE_SIZES.stream()
                .filter(size -> size.bytes() == hostPageSize.unsigned())
                .findFirst()
                .orElseThrow(() ->
                        Reason.MALFORMED_REQUEST.refusal(
                                "problem",
                                "hostPageSize is 4096, 16384 or 65536, not " + hostPageSize));
    }

    /// The context that this has opened.
    ContextResponse opened(ContextId id, long revision, Map<String, LiveHost> hosts) {
        PageSize size = pageSize();
        LiveHost live = hosts.get(hostOrDefault());
        if (size == null && live != null) {
            size = live.topology().hostPageSize();
        }
        return new ContextResponse(
                id,
                nameOrDefault(),
                hostOrDefault(),
                size == null ? 0 : size.bytes(),
                revision,
                0,
                0);
    }
}

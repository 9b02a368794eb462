package app.slipway.shell;

import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Set;

/** What a file input accepts (HTML, "accept" attribute), as the media types that Android's pickers know. */
final class AcceptedTypes {
    /** Looks the media type of a file extension up; null when it is unknown. */
    interface Extensions {
        String mediaType(String extension);
    }

    private AcceptedTypes() {}

    /** Takes the accept tokens, each possibly a comma-separated list; an empty answer means anything goes. */
    static Set<String> of(String[] tokens, Extensions extensions) {
        Set<String> types = new LinkedHashSet<>();
        for (String list : tokens) {
            for (String token : list.split(",")) {
                String entry = token.trim().toLowerCase(Locale.ROOT);
                if (entry.isEmpty()) continue;
                String type = entry.startsWith(".") ? extensions.mediaType(entry.substring(1)) : entry;
                // One that can't be expressed would hide files the page takes: offer everything instead.
                if (type == null || type.indexOf('/') < 0 || type.equals("*/*")) return new LinkedHashSet<>();
                types.add(type);
            }
        }
        return types;
    }

    /** Whether what is taken now, of this media type, would be accepted. */
    static boolean take(Set<String> types, String type) {
        return types.isEmpty() || types.contains(type) || types.contains(type.split("/")[0] + "/*");
    }
}

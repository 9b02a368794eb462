package app.slipway.shell;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Links that wait to be called, oldest first, as one text for storage. The oldest make room for new ones. */
final class LinkQueue {
    /** Most links that wait: a device that was offline for weeks has as many notifications at most. */
    static final int MAX_LINKS = 100;

    private LinkQueue() {}

    static List<String> links(String stored) {
        return stored.isEmpty() ? new ArrayList<String>() : new ArrayList<>(Arrays.asList(stored.split("\n")));
    }

    /** The text with one more link; the same where it is in it, or could not be told apart in it. */
    static String with(String stored, String link) {
        List<String> links = links(stored);
        if (links.contains(link) || link.indexOf('\n') >= 0) return stored;
        links.add(link);
        return join(links.subList(Math.max(0, links.size() - MAX_LINKS), links.size()));
    }

    static String without(String stored, String link) {
        List<String> links = links(stored);
        links.remove(link);
        return join(links);
    }

    private static String join(List<String> links) {
        StringBuilder text = new StringBuilder();
        for (String link : links) text.append(text.length() == 0 ? "" : "\n").append(link);
        return text.toString();
    }
}

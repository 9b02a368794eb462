package app.slipway.shell;

import static app.slipway.shell.Tests.refused;
import static app.slipway.shell.Tests.same;

import java.util.Arrays;
import java.util.Collections;

/** assets/config.json, as src/protocol/shell-config.ts describes it. */
final class ConfigTest {
    private static final String WHOLE =
            "{\"schema\":1,\"url\":\"https://example.com/a?b=c\",\"hosts\":[\"example.com\",\"*.example.org\"],"
                    + "\"custom_tab_hosts\":[\"id.example.com\"],\"cleartext_hosts\":[\"till.test\"],\"custom_scheme\":\"shop\",\"text_zoom\":120,"
                    + "\"pull_to_refresh\":true,\"offline_page\":false,\"third_party_cookies\":true,\"protected_media\":false,"
                    + "\"user_agent_suffix\":\"Shop/1.0\",\"theme_color\":\"#0b57d0\",\"background_color\":\"#ffffff\","
                    + "\"fullscreen\":true,\"keep_awake\":false,\"permissions\":[\"camera\",\"location\"],"
                    + "\"push\":{\"api_origin\":\"https://push.example.com\",\"app_id\":\"a1\",\"public_key\":\"pk_1\","
                    + "\"vapid_public_key\":\"B1\",\"play_services\":true,\"poll\":false,\"prompt\":\"Why.\"}}";

    static void readsEveryKey() {
        ShellConfig config = ShellConfig.parse(WHOLE);
        same("https://example.com/a?b=c", config.url);
        same(Arrays.asList("example.com", "*.example.org"), config.hosts);
        same(Collections.singletonList("id.example.com"), config.customTabHosts);
        same(Collections.singletonList("till.test"), config.cleartextHosts);
        same("shop", config.customScheme);
        same(120, config.textZoom);
        same(true, config.pullToRefresh);
        same(false, config.offlinePage);
        same(true, config.thirdPartyCookies);
        same(false, config.protectedMedia);
        same("Shop/1.0", config.userAgentSuffix);
        same(0xff0b57d0, config.themeColor);
        same(0xffffffff, config.backgroundColor);
        same(true, config.fullscreen);
        same(false, config.keepAwake);
        same(Arrays.asList("camera", "location"), config.permissions);
        same("https://push.example.com", config.push.apiOrigin);
        same("a1", config.push.appId);
        same("pk_1", config.push.publicKey);
        same("B1", config.push.vapidPublicKey);
        same(true, config.push.playServices);
        same(false, config.push.poll);
        same("Why.", config.push.prompt);
    }

    static void needsEveryKey() {
        String[] keys = {
            "schema", "url", "hosts", "custom_tab_hosts", "cleartext_hosts", "custom_scheme", "text_zoom", "pull_to_refresh", "offline_page",
            "third_party_cookies", "protected_media", "user_agent_suffix", "theme_color", "background_color", "fullscreen", "keep_awake",
            "permissions", "push", "api_origin", "app_id", "public_key", "vapid_public_key", "play_services", "poll",
        };
        for (String key : keys) {
            refused(key, () -> ShellConfig.parse(WHOLE.replace("\"" + key + "\":", "\"x_" + key + "\":")));
        }
    }

    static void refusesWrongValues() {
        String[][] changes = {
            {"\"schema\":1", "\"schema\":2"}, {"\"schema\":1", "\"schema\":\"1\""}, {"#0b57d0", "0b57d0"},
            {"#0b57d0", "#0b57d"}, {"#0b57d0", "#0b57dg"}, {"\"fullscreen\":true", "\"fullscreen\":1"},
            {"[\"example.com\",\"*.example.org\"]", "[]"}, {"[\"camera\",\"location\"]", "[1]"},
            {"[\"camera\",\"location\"]", "\"camera\""}, {"\"https://example.com/a?b=c\"", "null"},
            {"\"text_zoom\":120", "\"text_zoom\":\"120\""},
            {"\"custom_scheme\":\"shop\"", "\"custom_scheme\":1"},
            {"\"prompt\":\"Why.\"", "\"prompt\":1"}, {"\"poll\":false", "\"poll\":null"},
        };
        for (String[] change : changes) refused(change[1], () -> ShellConfig.parse(WHOLE.replace(change[0], change[1])));
        refused("push", () -> ShellConfig.parse(WHOLE.replaceFirst("\"push\":\\{[^}]*\\}", "\"push\":1")));
        refused("a list", () -> ShellConfig.parse("[]"));
    }

    static void mayHaveNoPushAndNoPrompt() {
        same(null, ShellConfig.parse(WHOLE.replaceFirst("\"push\":\\{[^}]*\\}", "\"push\":null")).push);
        same(null, ShellConfig.parse(WHOLE.replace("\"Why.\"", "null")).push.prompt);
    }

    static void passesOverUnknownKeys() {
        same("https://example.com/a?b=c", ShellConfig.parse(WHOLE.replace("{\"schema\"", "{\"new\":[{}],\"schema\"")).url);
    }
}

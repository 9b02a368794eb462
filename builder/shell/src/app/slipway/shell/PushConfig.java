package app.slipway.shell;

import java.util.Map;

/** How the app receives pushes: `push` of assets/config.json. Nothing in it is secret. */
final class PushConfig {
    /** Of the API, without a path. */
    final String apiOrigin;
    final String appId;
    /** As of the build; the API is asked for the current ones at each start. */
    final String publicKey;
    final String vapidPublicKey;
    /** Whether Play services may carry them. */
    final boolean playServices;
    /** Whether to ask for them from time to time where nothing carries them. */
    final boolean poll;
    /** What is said before the question for the permission at the first start; null if the app does not ask. */
    final String prompt;

    /** Throws IllegalArgumentException, naming the key, when one is missing or wrong. */
    PushConfig(Map<?, ?> json) {
        apiOrigin = ShellConfig.string(json, "api_origin");
        appId = ShellConfig.string(json, "app_id");
        publicKey = ShellConfig.string(json, "public_key");
        vapidPublicKey = ShellConfig.string(json, "vapid_public_key");
        playServices = ShellConfig.flag(json, "play_services");
        poll = ShellConfig.flag(json, "poll");
        prompt = json.get("prompt") == null ? null : ShellConfig.string(json, "prompt");
    }
}

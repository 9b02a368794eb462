<?php
// What the other programs here share: calls of the API with PHP's own streams. PHP 8.1 or newer, without any extension but
// openssl for https.

const MOST_TRIES = 4;
const LONGEST_PAUSE_S = 60;

/** Shows why, and ends the program. */
function fail(string $why): never {
    fwrite(STDERR, "$why\n");
    exit(1);
}

/** The variable of the environment; ends the program if it is not there. */
function setting(string $name, string $meaning): string {
    return getenv($name) ?: fail("$name is not set: it is $meaning");
}

define('URL', setting('SLIPWAY_URL', 'the address of your Slipway, such as https://push.example.com'));
define('BEARER', 'Authorization: Bearer ' . setting('SLIPWAY_KEY', 'an API key of your account (sw_live_...)'));

/**
 * Returns the status and the text of the answer. After 429 and 5xx, and when no answer comes, it tries again, as late as
 * Retry-After says; the Idempotency-Key is the same each time, so that nothing is made or sent twice.
 */
function request(string $method, string $path, array $body = [], string $credential = BEARER): array {
    static $bookmark = []; // Of the last write: with it, a read that is answered far away sees what was written.
    $http = ['method' => $method, 'header' => [$credential, ...$bookmark], 'ignore_errors' => true, 'timeout' => 30];
    $http['follow_location'] = 0; // The key would go along, to wherever a redirect leads.
    if ($method !== 'GET') {
        array_push($http['header'], 'Content-Type: application/json', 'Idempotency-Key: ' . bin2hex(random_bytes(16)));
        $http['content'] = json_encode((object) $body, JSON_THROW_ON_ERROR);
    }
    for ($tried = 1; ; $tried++) {
        $status = 0;
        $pause = 2 ** $tried;
        if ($stream = @fopen(URL . $path, 'r', false, stream_context_create(['http' => $http]))) {
            $answer = (string) stream_get_contents($stream);
            $length = strlen($answer);
            foreach (stream_get_meta_data($stream)['wrapper_data'] as $line) {
                if (preg_match('~^HTTP/\S+ (\d+)~', $line, $found)) $status = (int) $found[1];
                if ($method !== 'GET' && stripos($line, 'x-slipway-bookmark:') === 0) $bookmark = [$line];
                if (preg_match('~^Retry-After: *(\d+)~i', $line, $found)) $pause = (int) $found[1];
                if (preg_match('~^Content-Length: *(\d+)~i', $line, $found)) $length = (int) $found[1];
            }
            if (strlen($answer) !== $length) $status = 0; // It broke off.
        }
        if ($status > 0 && $status !== 429 && $status < 500 || $tried === MOST_TRIES) break;
        sleep(min($pause, LONGEST_PAUSE_S));
    }
    return $status > 0 ? [$status, $answer] : fail("$method $path: " . (error_get_last()['message'] ?? 'no whole answer'));
}

/** Returns the answer; if it is a refusal, ends the program with what the API says. */
function api(string $method, string $path, array $body = [], string $credential = BEARER): array {
    [$status, $answer] = request($method, $path, $body, $credential);
    return $status < 300 ? json_decode($answer, true, flags: JSON_THROW_ON_ERROR) : fail("$method $path: $status $answer");
}

/** Waits until what is there has an end, five minutes at most, and returns it. */
function ended(string $path): array {
    for ($seconds = 0; $seconds < 300; $seconds++, sleep(1)) {
        $thing = api('GET', $path)['data'];
        if (in_array($thing['status'], ['completed', 'sent', 'failed', 'cancelled'], true)) return $thing;
    }
    fail("$path is still {$thing['status']} after five minutes");
}

/** Saves a file whole or not at all. */
function save(string $name, string $content): void {
    $saved = file_put_contents("$name.part", $content) === strlen($content) && rename("$name.part", $name);
    if (!$saved) fail("$name was not saved");
}

/** Saves the file of a completed build, if it is the one that was built. */
function download(array $build, string $name): void {
    $link = api('GET', "/api/v1/builds/{$build['id']}/download")['download_url'];
    $content = file_get_contents($link, false, stream_context_create(['http' => ['timeout' => 60]]));
    if ($content === false) fail("$name was not saved");
    if (hash('sha256', $content) !== $build['artifact_sha256']) fail("$name was not saved: it came damaged");
    save($name, $content);
}

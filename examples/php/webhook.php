<?php
// Receives the deliveries of a webhook, and takes none that Slipway did not sign. Put it on your site, or try it by
// php -S 127.0.0.1:8080 webhook.php
// SLIPWAY_WEBHOOK_SECRET is the secret of the webhook (whsec_...).

const TOLERANCE_S = 300;

/** Whether one of the signatures is ours, of this id, time and body, and not older than five minutes. */
function is_signed(string $key, string $id, string $at, string $signatures, string $body): bool {
    if (!ctype_digit($at) || abs(time() - (int) $at) > TOLERANCE_S) return false;
    $expected = 'v1,' . base64_encode(hash_hmac('sha256', "$id.$at.$body", $key, true));
    $good = false;
    // Each in a time that says nothing of how much of it is right. While a secret is rotated there are two.
    foreach (explode(' ', $signatures) as $each) $good = hash_equals($expected, $each) || $good;
    return $good;
}

$secret = getenv('SLIPWAY_WEBHOOK_SECRET') ?: throw new Exception('SLIPWAY_WEBHOOK_SECRET is not set');
// What is behind the prefix is the key in base64; a secret of another form is the key itself.
$key = str_starts_with($secret, 'whsec_') ? base64_decode(substr($secret, 6), true) : $secret;
if (!$key) throw new Exception('SLIPWAY_WEBHOOK_SECRET holds no key: anybody could sign with it');

$id = $_SERVER['HTTP_WEBHOOK_ID'] ?? '';
$at = $_SERVER['HTTP_WEBHOOK_TIMESTAMP'] ?? '';
$body = file_get_contents('php://input'); // As it came: JSON that was read and written again has another signature.
if (!is_signed($key, $id, $at, $_SERVER['HTTP_WEBHOOK_SIGNATURE'] ?? '', $body)) {
    http_response_code(401);
    exit;
}
// Answer first, work afterwards: Slipway waits ten seconds at most.
ignore_user_abort(true);
http_response_code(204);
flush();
if (function_exists('fastcgi_finish_request')) fastcgi_finish_request();

// A retry has the id of the first attempt. In a service of yours this is a table, whose rows go after a month.
$seen = sys_get_temp_dir() . '/slipway-' . hash('sha256', "$secret $id");
if (!@fopen($seen, 'x')) exit;
$event = json_decode($body, true, flags: JSON_THROW_ON_ERROR);
error_log("received {$event['type']} " . json_encode($event['data']));

<?php
// Makes a channel, saves a QR code for one person, waits until they scan it, and sends to them alone:
// php channel.php APP PERSON, with the number of an app and your own id of the person.
require __DIR__ . '/slipway.php';

if ($argc !== 3) fail('needs the number of the app and your id of the person');
$person = rawurlencode($argv[2]);

$made = api('POST', '/api/v1/channels', ['name' => 'Orders', 'app_id' => (int) $argv[1]])['data'];
$channel = "/channels/{$made['id']}";
echo "channel {$made['id']}\nits key, which is shown this once: {$made['api_key']}\n";
$key = "X-CHANNEL-API-KEY: {$made['api_key']}";

$code = api('GET', "$channel/subscriptions/$person/code", credential: $key);
file_put_contents('qr.gif', base64_decode(explode(',', $code['qrcode'])[1]));
echo "show qr.gif to the person, or send them {$code['deepLink']}\n";

// A code works for 24 hours; this waits for ten minutes. 404 says that the person has not subscribed yet.
for ($seconds = 0; $seconds < 600; $seconds += 2, sleep(2)) {
    [$status, $answer] = request('GET', "$channel/subscriptions/$person", credential: $key);
    if ($status !== 404) break;
}
if ($status !== 200) fail("not subscribed: $status $answer");

$message = ['title' => 'Order 1234', 'text' => 'Your order is ready to be collected.'];
echo 'sent ', api('POST', "$channel/notifications/$person", $message, $key)['id'], "\n";

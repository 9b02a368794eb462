<?php
// Sends a notification to everybody, waits for it and prints the report: php push.php APP TITLE TEXT
// Without arguments it makes an app for Web Push first, and says what the website needs.
require __DIR__ . '/slipway.php';

if ($argc === 1) {
    $made = api('POST', '/api/v1/push/apps', ['name' => 'My site'])['data'];
    echo "app {$made['id']}\nkey {$made['public_key']}\n";
    exit;
}
if ($argc !== 4) fail('needs the id of the app, a title and a text');
$app = "/api/v1/push/apps/$argv[1]";

$message = ['title' => $argv[2], 'body' => $argv[3], 'targeting' => ['type' => 'all'], 'send' => true];
$notification = api('POST', "$app/notifications", $message)['data']['id'];
echo "notification $notification\n";

$state = ended("$app/notifications/$notification");
$results = api('GET', "$app/notifications/$notification/results")['data'];
echo "{$state['status']}: {$results['sent_count']} of {$results['total_count']} reached, {$results['failed_count']} not\n";
foreach ($results['providers'] as $provider) {
    foreach (array_filter($provider['reasons']) as $reason => $count) {
        echo "  {$provider['provider']}: $reason $count\n";
    }
}

// Clicks and receipts come in later, so ask again for these.
$stats = api('GET', "$app/notifications/$notification")['data']['stats'];
echo "shown {$stats['delivered_count']}, clicked {$stats['clicked_count']}\n";
if ($state['status'] !== 'sent') fail((string) $state['failure_reason']);

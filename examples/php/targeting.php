<?php
// Counts who has a tag, saves them as a segment, and sends to the segment: php targeting.php APP TAG [SEGMENT]
// With the id of a segment it takes that one, and makes none.
require __DIR__ . '/slipway.php';

if ($argc < 3) fail('needs the id of the app and a tag');
$app = "/api/v1/push/apps/$argv[1]";
$segment = $argv[3] ?? null;

if ($segment === null) {
    $wanted = ['name' => "With $argv[2]", 'targeting' => ['type' => 'tags', 'tags' => [$argv[2]]]];
    $segment = api('POST', "$app/segments", $wanted)['data']['id'];
    echo "segment $segment\n";
}

// All of the segment but those in Germany: conditions can be combined.
$elsewhere = ['type' => 'not', 'of' => [['type' => 'countries', 'countries' => ['DE']]]];
$message = [
    'title' => 'Just for you',
    'body' => 'Because you follow this.',
    'targeting' => ['type' => 'all_of', 'of' => [['type' => 'segment', 'id' => $segment], $elsewhere]],
];

$count = api('POST', "$app/notifications", $message + ['dry_run' => true])['data']['total_count'];
echo "would reach $count\n";
if ($count === 0) fail('nobody has this tag: nothing was sent');

$notification = api('POST', "$app/notifications", $message + ['send' => true])['data']['id'];
$state = ended("$app/notifications/$notification");
$results = api('GET', "$app/notifications/$notification/results")['data'];
echo "notification $notification {$state['status']}: {$results['sent_count']} reached\n";
if ($state['status'] !== 'sent') fail((string) $state['failure_reason']);

<?php
// Makes an app of a website, builds it, waits for it and saves the APK: php build.php NAME ADDRESS
require __DIR__ . '/slipway.php';

if ($argc !== 3) fail('needs the name of the app and the address of the website');

$app = api('POST', '/api/v1/apps', ['name' => $argv[1], 'url' => $argv[2]])['data']['id'];
echo "app $app\n";

$build = api('POST', "/api/v1/apps/$app/builds")['data']['id'];
echo "build $build\n";

$state = ended("/api/v1/builds/$build");
if ($state['status'] !== 'completed') fail("The build ended as {$state['status']}: {$state['error_message']}");

download($state, "app-$build.apk");
echo "saved app-$build.apk\n";
echo 'on a phone, open ', api('GET', "/api/v1/builds/$build/install")['data']['url'], "\n";

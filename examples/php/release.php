<?php
// Makes a bundle for Google Play, signed with a key of your own: php release.php APP [KEYSTORE]
// Without a keystore it makes one and saves a copy, under the password in SLIPWAY_KEYSTORE_PASSWORD.
require __DIR__ . '/slipway.php';

if ($argc < 2) fail('needs the id of the app');
$app = (int) $argv[1];
$keystore = (int) ($argv[2] ?? 0);

if ($keystore === 0) {
    $password = setting('SLIPWAY_KEYSTORE_PASSWORD', 'the password for the copy of the keystore');
    $wanted = ['name' => "Upload key of app $app", 'algorithm' => 'rsa', 'app_ids' => [$app]];
    $keystore = api('POST', '/api/v1/keystores', $wanted)['data']['id'];
    [$status, $copy] = request('POST', "/api/v1/keystores/$keystore/export", ['password' => $password]);
    if ($status !== 200) fail("no copy of keystore $keystore: $copy");
    $name = "keystore-$keystore.p12";
    // Another deployment may have had the same number: a key that is lost is lost for good.
    if (file_exists($name)) $name = "keystore-$keystore-" . time() . '.p12';
    $before = umask(0077);
    save($name, $copy);
    umask($before);
    echo "keystore $keystore, saved as $name: keep this file and its password\n";
}

// auto_increment takes the version code after the highest that was released, so that the program can be run again.
$wanted = ['build_type' => 'release', 'build_format' => 'aab', 'keystore_id' => $keystore, 'auto_increment' => true];
$build = api('POST', "/api/v1/apps/$app/builds", $wanted)['data'];
echo "build {$build['id']}, version code {$build['version_code']}\n";

$state = ended("/api/v1/builds/{$build['id']}");
if ($state['status'] !== 'completed') fail("The build ended as {$state['status']}: {$state['error_message']}");
download($state, "app-{$build['id']}.aab");
echo "saved app-{$build['id']}.aab: upload it in the Play Console\n";

$links = api('GET', "/api/v1/apps/$app/assetlinks");
save('assetlinks.json', json_encode($links, JSON_UNESCAPED_SLASHES));
echo "saved assetlinks.json: serve it as /.well-known/assetlinks.json\n";

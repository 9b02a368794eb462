package app.slipway.shell;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertTrue;

import android.content.Context;
import android.content.ContextWrapper;
import android.content.res.Resources;
import android.security.net.config.ApplicationConfig;
import android.security.net.config.CertificatesEntryRef;
import android.security.net.config.ManifestConfigSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.junit.Test;
import org.robolectric.util.ReflectionHelpers;

/** What Android makes of the network security configuration: the hosts that need no TLS, and whose certificates count. */
public final class NetworkConfigTest extends Opened {
    private static final String[] PLAIN = {
        "plain.example", "PLAIN.example", "1.till.example", "2.1.till.example", "till.example", // Android has no form for those below it alone
    };
    private static final String[] SECURE = {
        "www.example.com", "example.com", "shop.example.com", "login.example.com", "push.example.com", "partner.example", "other.example.org",
        "a.plain.example", "xplain.example", "xtill.example", "example", "localhost", "127.0.0.1",
    };

    @Test
    public void wantsTlsButAtTheHostsThatAreNamed() {
        ApplicationConfig config = configOf(activity());
        for (String host : PLAIN) assertTrue(host, config.isCleartextTrafficPermitted(host));
        for (String host : SECURE) assertFalse(host, config.isCleartextTrafficPermitted(host));
        assertFalse(config.isCleartextTrafficPermitted()); // what asks for no host
    }

    @Test
    public void wantsTlsEverywhereWhereNoneIsNamed() {
        ApplicationConfig config = configOf(of("light.apk"));
        for (String host : PLAIN) assertFalse(host, config.isCleartextTrafficPermitted(host));
        for (String host : SECURE) assertFalse(host, config.isCleartextTrafficPermitted(host));
        assertFalse(config.isCleartextTrafficPermitted());
    }

    /** As addresses have them: those of version 6 in brackets, and none with a dot at its end. */
    @Test
    public void opensAnHttpStartPagesOwnHost() {
        ApplicationConfig address = configOf(of("v6.apk"));
        assertTrue(address.isCleartextTrafficPermitted("[2001:db8::1]"));
        assertFalse(address.isCleartextTrafficPermitted("[2001:db8::2]"));
        ApplicationConfig dotted = configOf(of("dot.apk"));
        for (String host : new String[] {"plain.example", "plain.example.", "www.plain.example"}) {
            assertTrue(host, dotted.isCleartextTrafficPermitted(host));
        }
        assertFalse(dotted.isCleartextTrafficPermitted("www.example.com"));
    }

    @Test
    public void trustsWhoThePhonesOwnerTrustsWhereConfiguredAlone() {
        ApplicationConfig config = configOf(activity());
        ApplicationConfig trusting = configOf(of("dark.apk"));
        List<String> system = Collections.singletonList("SystemCertificateSource");
        for (String host : new String[] {"www.example.com", "plain.example", "1.till.example", "other.example.org"}) {
            assertEquals(host, system, trusted(config, host));
            assertEquals(host, Arrays.asList("SystemCertificateSource", "UserCertificateSource"), trusted(trusting, host));
        }
    }

    private static ApplicationConfig configOf(Context app) {
        return new ApplicationConfig(new ManifestConfigSource(app));
    }

    /** What stands for another app. */
    private Context of(String apk) {
        Resources other = resourcesOf(apk, activity().getResources().getConfiguration());
        return new ContextWrapper(activity()) {
            @Override
            public Resources getResources() {
                return other;
            }
        };
    }

    /** Where the certificates come from that count at a host. */
    private static List<String> trusted(ApplicationConfig config, String host) {
        List<CertificatesEntryRef> all =
                ReflectionHelpers.getField(config.getConfigForHostname(host), "mCertificatesEntryRefs");
        List<String> names = new ArrayList<>();
        for (CertificatesEntryRef one : all) names.add(ReflectionHelpers.getField(one, "mSource").getClass().getSimpleName());
        Collections.sort(names);
        return names;
    }
}

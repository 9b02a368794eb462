package app.slipway.shell;

import static app.slipway.shell.Tests.same;

/** Names of downloaded files (RFC 6266, RFC 8187). */
final class DownloadTest {
    private static String name(String disposition) {
        return DownloadName.of("https://a.test/path/of%20file.zip?x=/y.exe#z", disposition, "bin");
    }

    static void takesTheServersName() {
        same("report.pdf", name("attachment; filename=report.pdf"));
        same("my report.pdf", name("attachment; filename=\"my report.pdf\""));
        same("a\u2019b;c.pdf", name("ATTACHMENT ;FileName=\"a\u2019b;c.pdf\"; size=1"));
        same("€ rates.csv", name("attachment; filename=\"EURO.csv\"; filename*=UTF-8''%e2%82%ac%20rates.csv"));
        same("€.csv", name("attachment; filename*=utf-8'en'%E2%82%AC.csv"));
    }

    static void keepsTheBlanksOfANameWithoutQuotes() {
        same("my file.pdf", name("attachment; filename=my file.pdf"));
        same("my file.pdf", name("attachment; filename= my file.pdf ; size=3"));
        same("my file.pdf", name("attachment; filename=\"my file.pdf"));
    }

    static void isOfTheKindThatAProgramMade() {
        same("download.pdf", DownloadName.of("https://a.test/download.php", null, "pdf"));
        same("export.csv", DownloadName.of("https://a.test/x/export.ASPX?id=7", "attachment", "csv"));
        same("download.php", DownloadName.of("https://a.test/download.php", null, null));
        same("list.php", DownloadName.of("https://a.test/x", "attachment; filename=list.php", "pdf"));
        same("a.tar.gz", DownloadName.of("https://a.test/a.tar.gz", null, "bin"));
        same("php.bin", DownloadName.of("https://a.test/php", null, "bin"));
    }

    static void isWhatAPageSays() {
        same("my report.pdf", DownloadName.of("../my report.pdf", "bin"));
        same("report.csv", DownloadName.of("report", "csv"));
        same("download.csv", DownloadName.of("", "csv"));
    }

    static void elseTheAddresss() {
        same("of file.zip", name(null));
        same("of file.zip", name("attachment"));
        same("of file.zip", name("inline; filename=\"\""));
    }

    static void elseAName() {
        same("download.pdf", DownloadName.of("https://a.test/", null, "pdf"));
        same("download", DownloadName.of("https://a.test", null, null));
        same("nothing.pdf", DownloadName.of("https://a.test/nothing", null, "pdf"));
    }

    static void isOneHarmlessSegment() {
        same("passwd.bin", name("attachment; filename=\"../../etc/passwd\""));
        same("x.exe", name("attachment; filename=\"C:\\\\Windows\\\\x.exe\""));
        same("x.sh", name("attachment; filename*=UTF-8''..%2F..%2Fx.sh"));
        same("hidden.bin", name("attachment; filename=\".hidden\""));
        same("of file.zip", name("attachment; filename=\"..\""));
        same("ab.txt", name("attachment; filename*=UTF-8''a%00%0a%3Ab.txt"));
        same("agpj.exe", name("attachment; filename*=UTF-8''a%E2%80%AEgpj.exe"));
    }

    static void isShortAndKeepsItsExtension() {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 300; i++) text.append("x");
        String cut = name("attachment; filename=" + text + ".pdf");
        same(80, cut.length());
        same(true, cut.endsWith("x.pdf"));
        String rockets = name("attachment; filename*=UTF-8''y" + text.toString().replace("x", "%F0%9F%9A%80") + ".pdf");
        same(true, rockets.endsWith("\ud83d\ude80.pdf"), rockets);
    }
}

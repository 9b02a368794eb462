// Android's and Java's own tools that run on a JVM, all in one: starting a JVM for each check of each file would take most
// of the time. Reads one command a line, its words separated by tabs, and answers each with one line: "ok" or "failed",
// a space, and what the tool printed, in base64. A tool that ends the JVM (jarsigner does when it refuses a file) ends
// the answers with it.
import brut.androlib.ApkDecoder;
import brut.androlib.res.data.ResPackage;
import com.android.apksig.ApkVerifier;
import com.android.tools.build.bundletool.androidtools.Aapt2Command;
import com.android.tools.build.bundletool.commands.BuildApksCommand;
import com.android.tools.build.bundletool.commands.BuildApksCommand.ApkBuildMode;
import com.android.tools.build.bundletool.commands.BuildApksCommand.OutputFormat;
import com.android.tools.build.bundletool.commands.ValidateBundleCommand;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.HexFormat;

class JavaOracles {
  /** Of the keystore that holds nothing but a certificate. */
  private static final String PASSWORD = "store-pass";
  /** Of Android's framework, in apktool. */
  private static final int FRAMEWORK_ID = 1;

  /** The framework's resources, which apktool would read again for each file, for most of a second. */
  private static ResPackage framework;

  public static void main(String[] args) throws Exception {
    PrintStream answers = System.out;
    BufferedReader commands =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line; (line = commands.readLine()) != null; ) {
      ByteArrayOutputStream printed = new ByteArrayOutputStream();
      PrintStream out = new PrintStream(printed, true, StandardCharsets.UTF_8);
      System.setOut(out);
      System.setErr(out);
      String outcome = "ok";
      try {
        run(line.split("\t"), out);
      } catch (Throwable error) {
        outcome = "failed";
        error.printStackTrace(out);
      }
      out.flush();
      answers.println(outcome + " " + Base64.getEncoder().encodeToString(printed.toByteArray()));
      answers.flush();
    }
  }

  private static void run(String[] words, PrintStream out) throws Exception {
    switch (words[0]) {
      case "apksigner" -> verify(new File(words[1]), Integer.parseInt(words[2]), out);
      case "apktool" -> decode(new File(words[1]), new File(words[2]), words[3]);
      case "jarsigner" -> verifyJar(words[1], new File(words[2]), new File(words[3]));
      case "validate" ->
          ValidateBundleCommand.builder()
              .setBundlePath(Path.of(words[1]))
              .setPrintOutput(true)
              .build()
              .execute();
      case "build-apks" -> buildUniversal(Path.of(words[1]), Path.of(words[2]), words[3], out);
      default -> throw new IllegalArgumentException(words[0]);
    }
  }

  /** `apksigner verify -v --print-certs --min-sdk-version LEVEL FILE`. */
  private static void verify(File file, int level, PrintStream out) throws Exception {
    ApkVerifier.Result result =
        new ApkVerifier.Builder(file).setMinCheckedPlatformVersion(level).build().verify();
    out.println("verified " + result.isVerified());
    out.println("v1 " + result.isVerifiedUsingV1Scheme());
    out.println("v2 " + result.isVerifiedUsingV2Scheme());
    out.println("v3 " + result.isVerifiedUsingV3Scheme());
    for (X509Certificate certificate : result.getSignerCertificates()) {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(certificate.getEncoded());
      out.println("signer " + HexFormat.of().formatHex(digest));
    }
    for (Object warning : result.getWarnings()) out.println("warning " + warning);
    for (Object error : result.getAllErrors()) out.println("error " + error);
  }

  /** `apktool d -f -p FRAMEWORK -o FOLDER FILE`. */
  private static void decode(File file, File folder, String frameworkFolder) throws Exception {
    ApkDecoder decoder = new ApkDecoder(file);
    decoder.setFrameworkDir(frameworkFolder);
    decoder.setForceDelete(true);
    decoder.setOutDir(folder);
    if (framework != null) decoder.getResTable().addPackage(framework, false);
    decoder.decode();
    framework = decoder.getResTable().getPackage(FRAMEWORK_ID);
    decoder.close();
  }

  /** `jarsigner -verify -strict` of FILE, where the certificate, in DER, is trusted, and no other is. */
  private static void verifyJar(String file, File certificate, File store) throws Exception {
    KeyStore trusted = KeyStore.getInstance("PKCS12");
    trusted.load(null, null);
    try (InputStream in = new FileInputStream(certificate)) {
      trusted.setCertificateEntry(
          "trusted", CertificateFactory.getInstance("X.509").generateCertificate(in));
    }
    try (OutputStream out = new FileOutputStream(store)) {
      trusted.store(out, PASSWORD.toCharArray());
    }
    String[] options = {"-verify", "-strict", "-keystore", store.getPath(), "-storepass", PASSWORD, file};
    new sun.security.tools.jarsigner.Main().run(options);
  }

  /** `bundletool build-apks --mode universal --output-format directory`. */
  private static void buildUniversal(Path bundle, Path folder, String aapt2, PrintStream out) {
    BuildApksCommand.builder()
        .setBundlePath(bundle)
        .setOutputFile(folder)
        .setOutputFormat(OutputFormat.DIRECTORY)
        .setApkBuildMode(ApkBuildMode.UNIVERSAL)
        .setAapt2Command(Aapt2Command.createFromExecutablePath(Path.of(aapt2)))
        .setOutputPrintStream(out)
        .build()
        .execute();
  }
}

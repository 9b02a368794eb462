// A passkey in Chromium, with an authenticator that its debugging protocol plays: somebody adds one on the page of their
// sign-in, signs out and comes back by it; one who presses "cancel" stays where they are.
import { chromium, type CDPSession, type Page } from "playwright-core";
import { expect, test } from "vitest";
import { startStack } from "../../e2e/stack.ts";
import { describeIn } from "../support/installed.ts";

/** Plugs an authenticator in, which says that it knows its user, or refuses to. */
async function plugIn(page: Page): Promise<{ cdp: CDPSession; refuse: () => Promise<void> }> {
  const cdp = await page.context().newCDPSession(page);
  await cdp.send("WebAuthn.enable");
  const { authenticatorId } = await cdp.send("WebAuthn.addVirtualAuthenticator", {
    options: {
      protocol: "ctap2",
      transport: "internal",
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
  const refuse = async () => {
    await cdp.send("WebAuthn.setUserVerified", { authenticatorId, isUserVerified: false });
  };
  return { cdp, refuse };
}

describeIn("headless Chromium", (program) => {
  test("somebody adds a passkey, signs out and comes in by it", async () => {
    // Passkeys belong to a name; an address of numbers has none.
    const stack = startStack(undefined, { PUBLIC_HOST: "localhost" });
    const { url, dashboard_url: comeIn } = await stack.ready();
    const browser = await chromium.launch({
      executablePath: program,
      chromiumSandbox: process.getuid?.() !== 0,
    });
    try {
      const page = await browser.newPage();
      const messages: string[] = [];
      page.on("console", (message) => messages.push(message.text()));
      const { refuse } = await plugIn(page);
      await page.goto(comeIn);
      await page.goto(`${url}/dashboard/security`);
      await page.click("button[commandfor='add-passkey']");
      await page.fill("#f-passkeys-name", "The test's");
      await page.click("#add-passkey .btn--primary");
      await page.getByRole("row", { name: "The test's" }).waitFor();

      await page.click("button[popovertarget='me-menu']");
      await page.click("form[action='/dashboard/sign-out'] button");
      await page.waitForURL("**/dashboard/sign-in");
      await page.click("form[data-passkey] button");
      await page.waitForURL(/\/dashboard\/\d+$/);

      await page.goto(`${url}/dashboard/security`);
      const row = page.getByRole("row", { name: "The test's" });
      expect(await row.locator(".lo").innerText()).not.toBe("Never");
      expect(messages).toEqual([]);

      // Whoever does not unlock it stays outside, and is told so.
      await page.click("button[popovertarget='me-menu']");
      await page.click("form[action='/dashboard/sign-out'] button");
      await page.waitForURL("**/dashboard/sign-in");
      await refuse();
      await page.click("form[data-passkey] button");
      await page.getByText("Nothing was chosen, or it took too long.").waitFor();
      expect(page.url()).toContain("/dashboard/sign-in");
    } finally {
      await browser.close();
    }
  });
});

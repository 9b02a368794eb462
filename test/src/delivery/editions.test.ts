// The editions of a notification: one for each translation that a batch's recipients read, and the texts that are each
// recipient's own.
import { expect, test } from "vitest";
import { z } from "zod";
import { Editions } from "../../../src/delivery/editions.ts";
import { ContentFields } from "../../../src/domain/notifications/content-fields.ts";
import { linkToken } from "../../../src/domain/notifications/links.ts";
import { messageId, reportableData } from "../../../src/domain/notifications/message-id.ts";

const KEY = "a key of the test's own, long enough";
const ORIGIN = "https://push.example.com";
const UUID = "e5f6a7b8-9c0d-4e2f-9a4b-5c6d7e8f9a0b";
const IDS = { appId: 7, notificationId: 3 };
const RECIPIENT = 41;
const TRANSLATIONS = {
  de: { title: "Hallo", body: "Welt" },
  "pt-BR": { title: "Oi", body: "Mundo" },
};

function editions(fields: object = {}, origin = ORIGIN): Editions {
  const content = z.object(ContentFields).parse({ title: "Hello", body: "World", ...fields });
  const about = { uuid: UUID, accountId: 1, appId: IDS.appId, id: IDS.notificationId };
  const sendable = { ...about, content, defaults: { icon: null, url: null } };
  return new Editions(KEY, origin, sendable, 1);
}

test("those who get the same translation share an edition", () => {
  const all = editions({ translations: TRANSLATIONS });
  const german = all.of("de-AT");
  expect(german.content.title).toBe("Hallo");
  expect(all.of("de")).toBe(german);
  expect(all.of(null)).toBe(all.of("fr"));
  expect(all.of("fr").content.title).toBe("Hello");
  expect(all.of("pt-BR").content.title).toBe("Oi");
});

test("a message has its recipient's links", () => {
  const all = editions();
  const edition = all.of(null);
  const { content, links } = edition.filled(all.ownOf(edition, RECIPIENT));
  const token = linkToken(KEY, { ...IDS, subscriberId: RECIPIENT });
  expect(content).toBe(edition.content);
  expect(links).toEqual({
    click: `${ORIGIN}/public/c/${token}`,
    receipt: `${ORIGIN}/public/t/${token}/delivered`,
  });
});

test("one that is reported by message ids has its recipient's", () => {
  const all = editions({ data: { ...reportableData(UUID), other: 1 } });
  const edition = all.of(null);
  const { content } = edition.filled(all.ownOf(edition, RECIPIENT));
  const id = messageId(KEY, IDS.notificationId, RECIPIENT);
  expect(content.data).toEqual({ ...reportableData(id), other: 1 });
});

test("the own texts have the lengths that the edition says", () => {
  for (const origin of [ORIGIN, ""]) {
    for (const data of [null, reportableData(UUID)]) {
      const all = editions({ data }, origin);
      const edition = all.of(null);
      const lengths = all.ownOf(edition, RECIPIENT).map((text) => text.length);
      expect(lengths).toEqual(edition.ownLengths);
    }
  }
});

test("without an origin there are no links", () => {
  const all = editions({}, "");
  const edition = all.of(null);
  const { links } = edition.filled(all.ownOf(edition, RECIPIENT));
  expect(links).toEqual({ click: null, receipt: null });
});

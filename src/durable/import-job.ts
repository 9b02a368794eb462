// ImportJob: one object for each import, which moves it on chunk by chunk: each alarm checks or writes one and sets the
// next. How far the import is stands in D1 alone, so that an object that dies in the middle loses nothing; it keeps only
// which import is its own. The cron wakes one whose alarm was lost.
import { DurableObject } from "cloudflare:workers";
import type { Ctx } from "../domain/context.ts";
import { stepImport } from "../domain/imports/step-import.ts";
import type { ImportJobPort } from "../domain/ports/imports.ts";
import { SECOND_MS } from "../kit/time.ts";

/** The entry of the key-value store that holds the import's id. */
const IMPORT_KEY = "import";
/** A failed alarm comes again after this, ms: an overloaded database gets time to recover. */
const REDO_AFTER_MS = 5 * SECOND_MS;

export abstract class ImportJobObject<Env> extends DurableObject<Env> implements ImportJobPort {
  protected abstract context(): Ctx;

  async wake(importId: number): Promise<void> {
    this.ctx.storage.kv.put(IMPORT_KEY, importId);
    await this.ctx.storage.setAlarm(this.context().now());
  }

  /** A failure is logged and followed by another alarm, since the platform gives up on a failing one. */
  override async alarm(): Promise<void> {
    const importId = this.ctx.storage.kv.get<number>(IMPORT_KEY);
    if (importId === undefined) return;
    const ctx = this.context();
    try {
      if (await stepImport(ctx, importId)) await this.ctx.storage.setAlarm(ctx.now());
      // Nothing is left to do, unless somebody has woken it since it looked.
      else if ((await this.ctx.storage.getAlarm()) === null) await this.ctx.storage.deleteAll();
    } catch (error) {
      ctx.log.error("alarm_failed", error, { import: importId });
      await this.ctx.storage.setAlarm(ctx.now() + REDO_AFTER_MS);
    }
  }
}

// Who else writes a draft: that they have it open, and that they saved it since.
import type { Draft } from "../../domain/composing/find-draft.ts";
import { wholeSeconds } from "../../kit/time.ts";
import type { RefusalOf } from "../../kit/refusal.ts";
import { Moment } from "../parts/moment.tsx";
import { Notice } from "../parts/notice.tsx";

/** The name of the part, and how often pages ask for it, s. */
export const EDITORS = "editors";
export const EDITORS_EVERY_S = 10;

/** Longest name that is said, characters, so that five of them fit a part, and who saved, also where each is an entity. */
const MAX_NAME = 40;

const short = (name: string) => [...name].slice(0, MAX_NAME).join("");

/** "Ben and Cleo have this draft open too." What another saved is told to the script, which knows what it has seen. */
export const Editors = ({
  draft,
  others,
  personId,
}: {
  draft: Draft;
  others: readonly string[];
  personId: string;
}) => {
  const names = new Intl.ListFormat("en").format(others.map(short));
  const isMine = draft.savedBy === personId;
  return (
    <>
      {others.length > 0 && (
        <p class="soft small">
          {names} {others.length === 1 ? "has" : "have"} this draft open too.
        </p>
      )}
      {!isMine && (
        <span
          hidden
          data-saved-version={draft.version}
          data-saved-by={short(draft.updatedBy ?? "Somebody")}
          data-saved-at={wholeSeconds(draft.updatedAt)}
        />
      )}
    </>
  );
};

/** What the part has once the draft is not there; the script knows whether it ever was. */
export const GoneMark = () => <span hidden data-gone="" />;

/** What the script shows where the draft that the page is of was sent or deleted meanwhile. */
export const Gone = ({ list }: { list: string }) => (
  <div data-gone-notice="" hidden role="status">
    <Notice tone="warn">
      <p>
        <strong>This draft is gone: somebody has sent or deleted it.</strong> What you type from now
        on is kept in a new one. <a href={list}>See what was sent</a>
      </p>
    </Notice>
  </div>
);

/** Where the script says who saved meanwhile; the server does where it refused to save. */
export const Conflict = ({
  refusal,
  base,
  now,
}: {
  refusal: RefusalOf<"draft_changed"> | null;
  base: string;
  now: number;
}) => (
  <div data-conflict="" hidden={refusal === null}>
    <Notice tone="warn">
      <p>
        <strong>
          <span data-who="">{refusal?.by ?? "Somebody"}</span> saved this draft
          <span data-when="">
            {refusal && (
              <>
                {" "}
                at <Moment at={refusal.at} now={now} />
              </>
            )}
          </span>
          .
        </strong>{" "}
        You see what it said before, with what you have typed: it stays here until you choose.
      </p>
      <p class="row">
        <a class="btn btn--s" href={base} target="_blank" rel="noopener">
          Show theirs
        </a>
        <button class="btn btn--s" name="over" value={refusal?.version ?? ""} data-over="">
          Keep mine
        </button>
      </p>
    </Notice>
  </div>
);

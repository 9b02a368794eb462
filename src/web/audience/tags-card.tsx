// The tags of a subscriber, one to add and each to take away.
import { MAX_TAG } from "../../domain/subscribers/facts/text.ts";
import { Icon } from "../parts/icon.tsx";
import { issueOf, typed } from "../parts/field.tsx";
import { TAG, UNTAG } from "./dialogs.tsx";
import type { SubscriberProps } from "./subscriber-view.tsx";

export const TagsCard = ({ path, form, subscriber: { tags }, mayWrite }: SubscriberProps) => {
  const issue = issueOf(form, TAG, "tag");
  return (
    <section class="card" aria-labelledby="tg-h">
      <header>
        <h2 id="tg-h">Tags</h2>
      </header>
      <div class="card-body stack stack--s">
        {tags.length > 0 ? (
          <form method="post" action={path + UNTAG} class="tag-list">
            {tags.map((tag) => (
              <span class="tag">
                <span class="clip">{tag}</span>
                {mayWrite && (
                  <button name="tag" value={tag} aria-label={`Take away ${tag}`}>
                    <Icon name="cross" />
                  </button>
                )}
              </span>
            ))}
          </form>
        ) : (
          <p class="muted">None yet.</p>
        )}
        {mayWrite && (
          <form method="post" action={path + TAG} class="field">
            <label class="vh" for="sub-tag">
              Add a tag
            </label>
            <div class="group">
              <input
                class="input input--s"
                id="sub-tag"
                name="tag"
                value={typed(form, TAG, "tag")}
                maxlength={MAX_TAG}
                placeholder="Add a tag"
                autocomplete="off"
                required
                aria-invalid={issue === undefined ? undefined : "true"}
                aria-describedby={issue === undefined ? undefined : "sub-tag-error"}
              />
              <button class="btn btn--s">Add</button>
            </div>
            {issue !== undefined && (
              <p class="error" id="sub-tag-error">
                {issue}
              </p>
            )}
          </form>
        )}
      </div>
    </section>
  );
};

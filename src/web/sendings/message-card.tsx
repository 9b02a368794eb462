// What a sending says: one push in its languages, side by side.
import type { ShownTemplate } from "../../domain/campaigns/show-campaign.ts";
import { languageName } from "../parts/place-names.ts";

/** Most languages without their texts that are named. */
const MAX_TOLD = 20;

export const MessageCard = ({
  template,
  place,
  of,
}: {
  template: ShownTemplate;
  place: number;
  of: number;
}) => {
  const { translations, others, defaultLanguage } = template;
  const more = others.length - MAX_TOLD;
  return (
    <section class="card" aria-labelledby={`ms-${place}`}>
      <header>
        <h2 id={`ms-${place}`}>{of === 1 ? "What it says" : `What it says, ${place} of ${of}`}</h2>
      </header>
      <div class="card-body">
        {translations.length === 0 ? (
          <p class="muted">Its texts were deleted since.</p>
        ) : (
          <div class="grid">
            {translations.map((each) => (
              <article class="stack stack--s" lang={each.language}>
                <p class="muted small" lang="en">
                  {languageName(each.language)}
                  {each.language === defaultLanguage &&
                    translations.length > 1 &&
                    ", for others too"}
                </p>
                <p dir="auto">
                  <strong>{each.title}</strong>
                </p>
                <p dir="auto">{each.body}</p>
                {each.url !== null && <Leads says="Opens" url={each.url} />}
                {each.image !== null && <Leads says="Picture" url={each.image} />}
                {each.icon !== null && <Leads says="Icon" url={each.icon} />}
              </article>
            ))}
          </div>
        )}
      </div>
      {others.length > 0 && (
        <footer>
          <span>
            And in {others.slice(0, MAX_TOLD).map(languageName).join(", ")}
            {more > 0 && ` and ${more} more`}
          </span>
        </footer>
      )}
    </section>
  );
};

/** An address of a message: shown, and no link, since a click would count as nobody's. */
const Leads = ({ says, url }: { says: string; url: string }) => (
  <p class="muted small" lang="en">
    {says} <span class="break">{url}</span>
  </p>
);

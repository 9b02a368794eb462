// How large a notification is for each provider in each language, of what the provider takes, and what makes it shorter.
import type { LanguageSizes } from "../../domain/notifications/sendable.ts";
import { Notice } from "../parts/notice.tsx";
import { languageName } from "../parts/place-names.ts";
import { CARRIER_LABELS } from "../parts/subscriber-words.ts";
import { Table } from "../parts/table.tsx";
import { figure } from "../parts/words.ts";

export const ProviderSizes = ({ sizes }: { sizes: readonly LanguageSizes[] }) => {
  const providers = (sizes[0]?.sizes ?? []).map(({ provider, limit }) => ({ provider, limit }));
  const tooLong = sizes.flatMap(({ language, sizes: of }) =>
    of.filter(isTooLong).map((size) => ({ language, ...size })),
  );
  return (
    <div class="stack stack--s" data-sizes="">
      {tooLong.length > 0 && (
        <Notice tone="bad">
          <p>
            <strong>Too long for {listOf(tooLong.map(({ provider }) => provider))}</strong>
          </p>
          <p>
            {over(tooLong)} Shorten the text, the data or the longest addresses
            {tooLong.some(({ language }) => language !== null) && " of that language"}. Letters
            beyond a to z take two to four bytes each.
          </p>
        </Notice>
      )}
      <Table
        caption="Bytes by language and provider"
        region="Bytes by language and provider"
        columns={[
          { label: "Language" },
          ...providers.map(({ provider, limit }) => ({
            label: `${CARRIER_LABELS[provider]}, of ${figure(limit)}`,
            class: "num",
          })),
        ]}
      >
        {sizes.map(({ language, sizes: of }) => (
          <tr>
            <th scope="row">{language === null ? "For everybody else" : languageName(language)}</th>
            {of.map((size) => (
              <td class={isTooLong(size) ? "num bad" : "num"}>
                {figure(size.bytes)}
                {isTooLong(size) && " (too long)"}
              </td>
            ))}
          </tr>
        ))}
      </Table>
    </div>
  );
};

type Size = LanguageSizes["sizes"][number];

const isTooLong = ({ bytes, limit }: Size) => bytes > limit;

function over(tooLong: readonly (Size & { language: string | null })[]): string {
  const worst = tooLong.reduce((most, each) =>
    each.bytes - each.limit > most.bytes - most.limit ? each : most,
  );
  const by = figure(worst.bytes - worst.limit);
  return worst.language === null
    ? `It has ${by} bytes too many.`
    : `${languageName(worst.language)} has ${by} bytes too many.`;
}

const listOf = (providers: readonly Size["provider"][]) =>
  new Intl.ListFormat("en").format([...new Set(providers)].map((each) => CARRIER_LABELS[each]));

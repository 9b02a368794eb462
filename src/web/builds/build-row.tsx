// A row of the list of builds.
import type { ListedBuild } from "../../domain/builds/builds-of-app.ts";
import { Live } from "../dashboard/part.tsx";
import { sizeOf } from "../install/file-facts.tsx";
import { Chip } from "../parts/chip.tsx";
import { Moment } from "../parts/moment.tsx";
import { None } from "../parts/table.tsx";
import { duration, isActive, kindOf, signedWith, tookMs } from "./words.ts";

/** The part of the page that moves: the state of the one build that goes on. */
export const ACTIVE = "active";
/** How often it is asked for, s: a build takes about one. */
const ASKED_EVERY_S = 1;

/** `by`: who triggered it; null for an API key, undefined where that is not known any more. `path` is that of the list; `now`, ms. */
export const BuildRow = ({
  listed,
  by,
  path,
  now,
}: {
  listed: ListedBuild;
  by: string | null | undefined;
  path: string;
  now: number;
}) => {
  const { build } = listed;
  const took = tookMs(build);
  return (
    <tr>
      <th scope="row">
        <a class="row-link" href={`${path}/${build.id}`}>
          #{build.id}
        </a>
        <small>
          {kindOf(build)}
          {by === undefined ? "" : `, by ${by ?? "an API key"}`}
        </small>
      </th>
      <td>
        {isActive(build) ? (
          <Live part={ACTIVE} everyS={ASKED_EVERY_S}>
            <Chip state={build.status} />
          </Live>
        ) : (
          <Chip state={build.status} />
        )}
      </td>
      <td class="lo">
        <bdi>{build.versionName}</bdi> <span class="muted">({build.versionCode})</span>
      </td>
      <td class="md soft">{signedWith(listed)}</td>
      <td class="num lo">{build.artifactSize === null ? <None /> : sizeOf(build)}</td>
      <td class="num lo">{took === null ? <None /> : duration(took)}</td>
      <td class="num soft">
        <Moment at={build.createdAt} now={now} />
      </td>
    </tr>
  );
};

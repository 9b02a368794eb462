// The limits of an account, and how far each is used.
import type { UsedLimit } from "../../domain/overviews/account-usage.ts";
import { hasRight, type Role } from "../../domain/people/roles.ts";
import { OF_ACCOUNT } from "../dashboard/places.ts";
import { Table } from "../parts/table.tsx";
import { figure } from "../parts/words.ts";
import type { UsageProps } from "./view.tsx";

/** Requests of this minute, and the most of them. */
export interface Requests {
  label: string;
  /** The API key that made them. */
  key?: number;
  used: number;
  most: number;
}

/** From this share of a limit on its bar is amber. */
const NEAR = 0.8;

/** What each limit is called, where it leads, and what happens beyond it. */
const LIMITS: Readonly<
  Record<UsedLimit["what"], { label: string; path?: string; beyond: string }>
> = {
  apps: { label: "Apps", path: "", beyond: "New ones are refused" },
  subscribers: {
    label: "Subscribers of the fullest app",
    beyond: "Inactive ones make room, else new ones are refused",
  },
  members: {
    label: "Members and open invitations",
    path: "/team",
    beyond: "Invitations are refused",
  },
  keys: { label: "API keys", path: "/api-keys", beyond: "New ones are refused" },
  keystores: { label: "Keystores", path: "/keystores", beyond: "New ones are refused" },
  webhooks: { label: "Webhooks of the account", path: "/webhooks", beyond: "New ones are refused" },
  channels: { label: "Channels", beyond: "New ones are refused" },
  codes: { label: "Channel codes that wait", beyond: "New ones are refused" },
  audit: { label: "Entries of the audit log", path: "/audit", beyond: "The oldest go" },
  answers: { label: "Kept answers to repeated requests, KiB", beyond: "The oldest go" },
};

/** Whether somebody in this role can open the page of the account that a limit leads to. */
const mayOpen = (role: Role, path: string) =>
  OF_ACCOUNT.some((item) => item.path === path && hasRight(role, item.may));

export const Limits = ({ ctx: { role }, base, usage: { limits }, requests }: UsageProps) => (
  <section class="card" aria-labelledby="limits-h">
    <header>
      <h2 id="limits-h">Limits</h2>
      <span class="muted small">Requests are those of this minute</span>
    </header>
    <Table
      caption="Limits, and how far each is used"
      columns={[
        { label: "What" },
        { label: "Used", class: "num" },
        { label: "At most", class: "num" },
        { label: "Share", class: "mid" },
        { label: "Beyond it", class: "lo" },
      ]}
    >
      {limits.map(({ what, used, most, app }) => {
        const { label, path, beyond } = LIMITS[what];
        const to = app
          ? `${base}/apps/${app.id}/audience`
          : path !== undefined && mayOpen(role, path)
            ? base + path
            : null;
        return (
          <Row label={label} to={to} used={used} most={most} beyond={beyond}>
            {app && <small>{app.name}</small>}
          </Row>
        );
      })}
      {requests.map(({ label, key, used, most }) => (
        <Row
          label={`Requests a minute. ${label}`}
          to={key !== undefined && mayOpen(role, "/api-keys") ? `${base}/api-keys` : null}
          used={used}
          most={most}
          beyond="Refused until the minute ends"
        />
      ))}
    </Table>
  </section>
);

const Row = ({
  label,
  to,
  used,
  most,
  beyond,
  children,
}: {
  label: string;
  to: string | null;
  used: number;
  most: number;
  beyond: string;
  children?: unknown;
}) => {
  const percent = Math.min(100, Math.floor((used / most) * 100));
  return (
    <tr>
      <th scope="row">
        {to === null ? label : <a href={to}>{label}</a>}
        {children}
      </th>
      <td class="num">{figure(used)}</td>
      <td class="num">{figure(most)}</td>
      <td class="mid">
        <progress
          class={used >= most * NEAR ? "progress progress--warn" : "progress"}
          max={most}
          value={Math.min(used, most)}
          aria-label={`${label}: ${percent}%`}
        />
        <small>{percent}%</small>
      </td>
      <td class="lo soft">{beyond}</td>
    </tr>
  );
};

// When a sending is due: at one moment, or at a time in each person's own zone.
import type { ListedCampaign } from "../../domain/campaigns/list-campaigns.ts";
import { localTime } from "../parts/local-time.ts";
import { Moment } from "../parts/moment.tsx";

export const Due = ({
  campaign: { dueAt, dueLocal },
  now,
}: {
  campaign: Pick<ListedCampaign, "dueAt" | "dueLocal">;
  now: number;
}) =>
  dueLocal === null ? <Moment at={dueAt} now={now} /> : <>{localTime(dueLocal, now)} their time</>;

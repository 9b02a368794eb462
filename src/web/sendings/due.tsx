// When a sending is due: at one moment, or at a time in each person's own zone.
import type { ListedCampaign } from "../../domain/campaigns/list-campaigns.ts";
import { Moment } from "../parts/moment.tsx";

export const Due = ({
  campaign: { dueAt, dueLocal },
  now,
}: {
  campaign: Pick<ListedCampaign, "dueAt" | "dueLocal">;
  now: number;
}) =>
  dueLocal === null ? <Moment at={dueAt} now={now} /> : <LocalTime local={dueLocal} now={now} />;

/** "24 Dec, 18:00 where people are" of 2026-12-24T18:00, with the year if it is another than that of `now`, ms. */
const LocalTime = ({ local, now }: { local: string; now: number }) => {
  const day = new Date(`${local.slice(0, 10)}T00:00:00Z`);
  const isOther = day.getUTCFullYear() !== new Date(now).getUTCFullYear();
  const date = day.toLocaleDateString("en-GB", {
    day: "numeric",
    month: "short",
    ...(isOther ? { year: "numeric" } : {}),
    timeZone: "UTC",
  });
  return (
    <>
      {date}, {local.slice(11, 16)} where people are
    </>
  );
};

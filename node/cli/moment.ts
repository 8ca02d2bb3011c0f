import { InvalidArgumentError } from "commander";

const UNIT_MS: Record<string, number> = {
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 7 * 86_400_000,
};

/** A day, perhaps with a time, perhaps with an offset from UTC: without one it is local time, as people write it. */
const DATE =
  /^(?<day>\d{4}-\d\d-\d\d)(?:[T ](?<time>\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?)(?<zone>Z|[+-]\d\d:?\d\d)?)?$/;

const FORM = "It must be a span of time, such as 30s, 10m, 2h, 3d or 1w, or a date such as";

/** A moment as a user says it: how far from now, or when. */
export type Moment = { spanMs: number } | { atMs: number };

/** `10m`, `2h`, `2026-11-29`, `2026-11-29T08:30Z`. */
export function parseMoment(text: string): Moment {
  const [, figure, unit] = /^(\d{1,9}(?:\.\d{1,3})?)([smhdw])$/.exec(text) ?? [];
  if (Number(figure) > 0) return { spanMs: Math.round(Number(figure) * UNIT_MS[unit!]!) };
  const { day, time = "00:00", zone = "" } = DATE.exec(text)?.groups ?? {};
  const atMs = day === undefined ? NaN : Date.parse(`${day}T${time}${zone}`);
  if (!Number.isNaN(atMs)) return { atMs };
  throw new InvalidArgumentError(`${FORM} 2026-11-29, "2026-11-29 08:30" or 2026-11-29T08:30Z.`);
}

/** Unix milliseconds. `direction`: whether a span reaches back. */
export function unixMs(moment: Moment, direction: "ago" | "ahead", nowMs: number): number {
  if ("atMs" in moment) return moment.atMs;
  return direction === "ago" ? nowMs - moment.spanMs : nowMs + moment.spanMs;
}

import { DAY_MS, formatSpan } from "./text.ts";

/** As wide as `Nov 29 06:05`. */
export const MOMENT_WIDTH = 12;
/** As wide as `+12m`. */
export const DELAY_WIDTH = 4;

const MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");
/** As `ls -l`: farther away the year tells more than the minute. */
const NEAR_MS = 180 * DAY_MS;
/** What is longer on its way than this is worth a word; clocks differ by so much. */
const NOTABLE_MS = 60_000;

/** A moment in local time: `Nov 29 06:05`, or far from now `Nov 29  2025`. Any number gives a text. */
export function formatMoment(unixMs: number, nowMs: number): string {
  const at = new Date(unixMs);
  const year = at.getFullYear();
  if (!(year <= 9_999)) return "after 9999";
  const [hours, minutes] = [at.getHours(), at.getMinutes()].map((n) => String(n).padStart(2, "0"));
  const isNear = Math.abs(nowMs - unixMs) < NEAR_MS;
  const rest = isNear ? `${hours}:${minutes}` : String(year).padStart(5);
  return `${MONTHS[at.getMonth()]} ${String(at.getDate()).padStart(2)} ${rest}`;
}

/** How much later than it was written it came, as clocks say: `+2h`; `-3d` where it is said to be written later. */
export function formatDelay(written: number, came: number): string {
  const delay = came - written;
  if (Math.abs(delay) < NOTABLE_MS) return "";
  return `${delay < 0 ? "-" : "+"}${formatSpan(Math.abs(delay))}`;
}

/** For programs: ISO 8601 in UTC; a moment that this has no form for stays Unix milliseconds. */
export function isoMoment(unixMs: number | undefined): string {
  if (unixMs === undefined) return "";
  const at = new Date(unixMs);
  return Number.isNaN(at.getTime()) ? String(unixMs) : at.toISOString();
}

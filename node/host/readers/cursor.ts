import { EXIT, UserError } from "../errors.ts";
import { arrivalAt } from "../store/arrivals.ts";

/** Where a reader stands, in numbers of arrivals (node/host/store/arrivals.ts). */
export interface Cursor {
  /** It was given everything up to here, */
  read: number;
  /** but for these: they wait for what they follow. In ascending order. */
  waiting: readonly number[];
}

/** Waiting for one reader: as many as a sync brings out of order at most; the one that came first gives way. */
export const MAX_WAITING = 16_384;

export const START: Cursor = { read: 0, waiting: [] };

/** Whose numbers they are: the first hexadecimal digits of this home's member in this overlay. */
export type CursorTag = string;
export const TAG_DIGITS = 8;

const CURSOR = /^([0-9a-f]{8})\.([0-9a-z]{1,11})((?:-[0-9a-z]{1,11}(?:_[0-9a-z]{1,4})?)*)$/;
const RADIX = 36;

/**
 * As scripts keep it: tag, number, and what waits before it, as runs of numbers that follow each other, the latest
 * first: how far its last one lies before the last cut, and where it has more than one, how many they are.
 */
export function formatCursor(tag: CursorTag, { read, waiting }: Cursor): string {
  let text = `${tag}.${read.toString(RADIX)}`;
  let cut = read;
  for (let end = waiting.length - 1; end >= 0;) {
    let start = end;
    while (start > 0 && waiting[start - 1] === waiting[start]! - 1) start--;
    const count = end - start + 1;
    text += `-${(cut - waiting[end]!).toString(RADIX)}`;
    if (count > 1) text += `_${count.toString(RADIX)}`;
    cut = waiting[start]!;
    end = start - 1;
  }
  return text;
}

/** Throws a UserError where it is none, or none of this home. */
export function parseCursor(tag: CursorTag, text: string): Cursor {
  const [, ofTag, number, runs] = CURSOR.exec(text) ?? [];
  if (ofTag === undefined || number === undefined) throw noCursor();
  if (ofTag !== tag) {
    throw new UserError(
      "the cursor is of another home or of another overlay",
      `${BEGIN_AGAIN} Where there are several overlays, name its own with --overlay.`,
      EXIT.refused,
    );
  }
  const read = Number.parseInt(number, RADIX);
  const waiting: number[] = [];
  let cut = read;
  for (const run of runs?.split("-").slice(1) ?? []) {
    const [step, count] = run.split("_").map((part) => Number.parseInt(part, RADIX));
    cut -= step!;
    for (let left = count ?? 1; left > 0 && waiting.length < MAX_WAITING; left--)
      waiting.push(cut--);
    cut++;
  }
  waiting.reverse();
  if (!Number.isSafeInteger(read) || (waiting[0] ?? 0) < 0) throw noCursor();
  return { read, waiting };
}

/**
 * A cursor may be later than everything here, where the home was restored from an older copy: what comes now is later
 * still, unless the clock was set back as well. Throws a UserError then, since bundles would be left out.
 */
export function checkAhead({ read }: Cursor, lastArrival: number, nowMs: number): void {
  if (read <= Math.max(lastArrival, arrivalAt(nowMs))) return;
  throw new UserError(
    "the cursor is later than anything that is here, and than this machine's clock",
    `Set the clock. If that is right: ${BEGIN_AGAIN}`,
    EXIT.refused,
  );
}

const BEGIN_AGAIN = "Begin again with --from-start, or with -n 0 for what comes from now on.";

function noCursor(): UserError {
  return new UserError(
    "that is no cursor",
    "Copy the `cursor` of a line that `dispersy tail --json` printed.",
    EXIT.usage,
  );
}

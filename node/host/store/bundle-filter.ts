import type { Bundle } from "../../../wire/bundle.ts";
import { equalBytes, toHex } from "../../../wire/bytes.ts";
import { isReservedTopic } from "../../../wire/topics.ts";
import { EARLIEST_PLAUSIBLE_WALL_MS } from "../../core/wall-clock.ts";
import { holdsData } from "../../store/store.ts";

/** A bundle as the store has it. */
export type Stored<B> = B & {
  /** Unix milliseconds when it came to this node; absent where the store does not say. */
  cameMs?: number;
};

/** Which bundles somebody wants to see. */
export interface BundleFilter {
  /** What applications published, sealed data that cannot be opened among it; otherwise what the program says, too. */
  dataOnly?: boolean;
  /** Under this topic only. */
  topic?: Uint8Array;
  /** Whether to take the bundles of an author, a hexadecimal public key. */
  isAuthor?: (author: string) => boolean;
  /** Written or come since then, as far as clocks are to be believed: Unix milliseconds; see `momentOf`. */
  sinceMs?: number;
}

/** All that can be told before a bundle is taken apart, which takes most of the time. */
export function mayMatch(
  { isAuthor, sinceMs = 0 }: BundleFilter,
  { author, cameMs = Infinity }: Stored<{ author: Uint8Array }>,
): boolean {
  return cameMs >= sinceMs && (isAuthor === undefined || isAuthor(toHex(author)));
}

/** Whether somebody wants to see a bundle that was made readable. What needs opening is looked at last. */
export function isWanted(filter: BundleFilter, bundle: Stored<Bundle>): boolean {
  const { dataOnly = false, topic, sinceMs } = filter;
  return (
    mayMatch(filter, bundle) &&
    (!dataOnly || isPublished(bundle)) &&
    (topic === undefined || isUnder(topic, bundle)) &&
    (sinceMs === undefined || (momentOf(bundle) ?? Infinity) >= sinceMs)
  );
}

/**
 * When it was written, as far as that can be true: nothing comes before it is written, and no clock is right that is
 * before the day when this program was made. Else when it came; undefined where neither is known.
 */
export function momentOf({ header, cameMs }: Stored<Pick<Bundle, "header">>): number | undefined {
  const { content } = header;
  const written = content.kind === "data" ? content.written : undefined;
  if (written === undefined || written < EARLIEST_PLAUSIBLE_WALL_MS) return cameMs;
  return Math.min(written, cameMs ?? Infinity);
}

/**
 * Whether an application published it, also where nobody here reads it; not what the program says by data of its own.
 */
function isPublished({ header }: Bundle): boolean {
  return holdsData(header) && !(header.topic && isReservedTopic(header.topic.name));
}

function isUnder(topic: Uint8Array, { header }: Bundle): boolean {
  // Where the payload cannot be opened, the name of the topic cannot either.
  if (header.topic === undefined || header.content.kind !== "data") return false;
  return equalBytes(header.topic.name, topic);
}

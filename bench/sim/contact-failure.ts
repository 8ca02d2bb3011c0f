import type { Address } from "../../wire/address.ts";
import type { Link } from "../../node/testing/link.ts";
import type { LinkRule } from "../../node/testing/network.ts";
import type { SeededRandom } from "../../node/testing/random.ts";

/** Longer than all retransmissions of a request (1.75 s), shorter than a step: one contact, one fate. */
const CONTACT_MS = 4_000;
/** Pairs remembered before those whose contact is over are forgotten. */
const SWEEP_PAIRS = 100_000;

interface Fate {
  fails: boolean;
  untilMs: number;
}

/**
 * A link rule by which a share of all contacts fails as a whole: once two addresses begin to exchange datagrams,
 * everything between them is lost for a while, or nothing. That is what a NAT or a peer that just left does; single
 * lost datagrams are sent again. Contacts with `spared` (a tracker) never fail.
 */
export function contactFailure(parts: {
  /** Probability that a contact fails, 0 to 1. */
  probability: number;
  link: Link;
  spared: readonly Address[];
  random: SeededRandom;
  /** Virtual monotonic milliseconds. */
  now: () => number;
}): LinkRule {
  const { probability, link, random, now } = parts;
  const broken: Link = { ...link, loss: 1 };
  const spared = new Set(parts.spared.map(({ key }) => key));
  /** By both addresses. BOUNDED: by SWEEP_PAIRS and the contacts of CONTACT_MS. */
  const fates = new Map<string, Fate>();
  let sweepAt = SWEEP_PAIRS;
  return (from, to) => {
    if (spared.has(from.key) || spared.has(to.key)) return link;
    const pair = from.key < to.key ? `${from.key} ${to.key}` : `${to.key} ${from.key}`;
    const known = fates.get(pair);
    if (known !== undefined && now() < known.untilMs) return known.fails ? broken : link;
    if (fates.size >= sweepAt) {
      for (const [name, { untilMs }] of fates) if (untilMs <= now()) fates.delete(name);
      sweepAt = fates.size + SWEEP_PAIRS;
    }
    const fails = random.float() < probability;
    fates.set(pair, { fails, untilMs: now() + CONTACT_MS });
    return fails ? broken : link;
  };
}

import { ANCHORS, DUE_MS } from "../../candidates/anchors.ts";
import { ELIGIBLE_DELAY_MS, STEP_MS } from "../../candidates/constants.ts";

/** What the requested and the introduced get of the draws: buckets that an attacker can fill alone. */
const OPEN_BUCKETS = 0.495;

/**
 * The share of a victim's steps that an attacker in so many networks (/16, of IPv6 /32) is expected to get at most,
 * beside honest nodes in so many others, however many addresses it has. Three things bound it:
 *
 * - Each network is asked once in 27.5 s while another one waits.
 * - The draws of the requested and the introduced may all be the attacker's; of the contacted each network has its turn.
 * - Contacts that brought bundles, up to four of different networks, are asked every nine steps, whoever else is there.
 *   `kept`: how many there are.
 */
export function expectedShare(hostile: number, honest: number, kept = 0): number {
  const rest = (hostile * STEP_MS) / ELIGIBLE_DELAY_MS;
  const left = 1 - Math.min(ANCHORS, kept) / Math.ceil(DUE_MS / STEP_MS);
  const turns = hostile / (hostile + honest);
  return Math.min(rest, left * (OPEN_BUCKETS + (1 - OPEN_BUCKETS) * turns));
}

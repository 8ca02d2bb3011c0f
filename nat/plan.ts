import type { Random } from "../wire/crypto.ts";
import type { NatSummary } from "../wire/message.ts";
import { birthdayOpen, birthdaySearch, BIRTHDAY_SOCKETS } from "./search/birthday.ts";
import { blockPairs, pairSockets, sequentialPairs } from "./search/block-pairs.ts";
import { blockOpen, blockSearch, BLOCK_SOCKETS } from "./search/block-search.ts";
import { offerPredicted, predict } from "./search/prediction.ts";
import { FIRST_PORT, LAST_PORT, MAIN_SOCKET, type Probe, type SearchSide } from "./search/probe.ts";
import { punctureAgain } from "./search/puncture-again.ts";
import { unequalSteps } from "./search/unequal-steps.ts";
import { blockPorts, classOf, type Strategy } from "./strategy.ts";

/**
 * Mappings that a search may fill our own NAT's table with at a time: a subscriber of a carrier may have 300 in all.
 */
export const DEFAULT_MAX_FLOWS = 256;
/** Each may need a socket of its own. */
export const MOST_FLOWS = 4_096;

/** Times that a strategy is begun before another one takes its place. */
const ROUNDS: Partial<Record<Strategy, number>> = {
  puncture: 2,
  prediction: 2,
  "unequal-steps": 2,
};
/**
 * The side with random ports draws others when these were not among those that an easy side behind a limit could
 * search.
 */
const BIRTHDAY_DRAWS = 2;

/** How often our side begins a strategy. */
export function roundsOf(strategy: Strategy, own: NatSummary): number {
  if (strategy === "birthday" && classOf(own) !== "easy") return BIRTHDAY_DRAWS;
  return ROUNDS[strategy] ?? 1;
}

/** Whether a search that failed by this strategy took all flows that it may, on one side at least. */
export function takesAllFlows(strategy: Strategy): boolean {
  return strategy === "block-pairs" || strategy === "birthday";
}

/** Our side of a strategy. */
export interface Plan {
  /** Sockets to open for it. */
  readonly sockets: number;
  /** Whether the other side has to learn the newest port of our first socket before it can begin. */
  readonly givesSample: boolean;
  /** Whether we need the newest port of the other side's. */
  readonly needsSample: boolean;
  /** The datagrams, once that is known. */
  probes(peerPort: number): Iterator<Probe>;
}

export interface PlanOptions {
  own: NatSummary;
  peer: NatSummary;
  /** Whether we are the one of the two that takes steps of one; the other side is not. */
  isFirst: boolean;
  /** How often this strategy was begun for the attempt, this time included. */
  round: number;
  /** Flows that our own NAT may be asked for, each time that the strategy is begun. */
  maxFlows: number;
  random: Random;
}

/** What our side has to do. Both sides make their plans of the same two summaries, so they fit each other. */
export function planOf(strategy: Strategy, options: PlanOptions): Plan {
  const { own, peer, isFirst, maxFlows, random } = options;
  const isEasy = classOf(own) === "easy";
  const isFresh = strategy === "puncture" && options.round === 1;
  const opensFresh = isFresh && (isEasy === (classOf(peer) === "easy") ? isFirst : !isEasy);
  const givesSample = opensFresh || (samples(strategy) && classOf(own) === "sequential");
  const needsSample =
    isFresh !== opensFresh || (samples(strategy) && classOf(peer) === "sequential");
  const side = (peerPort: number): SearchSide => sideOf(peer, peerPort);
  const plan = (sockets: number, probes: (side: SearchSide) => Iterator<Probe>): Plan => ({
    sockets,
    givesSample,
    needsSample,
    probes: (peerPort) => probes(side(peerPort)),
  });
  switch (strategy) {
    case "puncture":
      return plan(opensFresh ? 1 : 0, (to) => punctureAgain(to, opensFresh ? 0 : MAIN_SOCKET));
    case "prediction":
      return isEasy ? plan(0, predict) : plan(1, offerPredicted);
    case "block-search": {
      if (isEasy) return plan(0, (to) => blockSearch(to, random));
      const sockets = Math.min(BLOCK_SOCKETS, maxFlows);
      return plan(sockets, (to) => blockOpen(to, sockets));
    }
    case "birthday": {
      // All ports, whatever the summary says: it is also what is left when a prediction or a block was wrong.
      const all = { peerLow: FIRST_PORT, peerHigh: LAST_PORT };
      if (isEasy) return plan(0, () => birthdaySearch(all, random));
      const sockets = Math.min(BIRTHDAY_SOCKETS, maxFlows);
      return plan(sockets, (to) => birthdayOpen(to, sockets));
    }
    case "unequal-steps":
      return plan(1, (to) => unequalSteps(to, isFirst ? 1 : 2));
    case "block-pairs": {
      if (classOf(own) === "sequential") {
        return plan(1, (to) => sequentialPairs(to, maxFlows, random));
      }
      const sockets = pairSockets(blockPorts(own), maxFlows);
      return plan(sockets, (to) => blockPairs(to, { sockets, maxFlows, random }));
    }
  }
}

function samples(strategy: Strategy): boolean {
  return strategy === "prediction" || strategy === "unequal-steps" || strategy === "block-pairs";
}

function sideOf(peer: NatSummary, peerPort: number): SearchSide {
  const isBlock = classOf(peer) === "block";
  return {
    peerPort,
    peerDelta: classOf(peer) === "sequential" ? peer.portDelta : 0,
    // A summary is a claim.
    peerLow: isBlock ? Math.max(peer.portLow, FIRST_PORT) : FIRST_PORT,
    peerHigh: isBlock ? peer.portHigh : LAST_PORT,
  };
}

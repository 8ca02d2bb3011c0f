import { PAPER_RULE, type SelectionRule } from "../../candidates/selection.ts";

/** What distinguishes the faithful protocol from the better one: numbers and switches, no code. */
export interface Profile {
  name: "dispersy" | "adaptive";
  /** False-positive rate that a Bloom filter is dimensioned for, 0 to 1. */
  falsePositiveRate: number;
  /** Bytes of bundles sent in answer to one offer; the last bundle may pass it, as in the original. */
  replyBytes: number;
  /** Whether several bundles share a datagram. */
  dense: boolean;
  /**
   * Whether a node that knows somebody with more bundles searches for them: class after class instead of drawing one,
   * which finds everything 2.5 times sooner, and without waiting for the next step.
   */
  searches: boolean;
  /**
   * Whether responses name the held set by a fingerprint, and offers wait for it: who holds what we hold gets none.
   */
  hints: boolean;
  /** Whether what decides over others, as grants do, is compared, asked for and sent before all else. */
  controlFirst: boolean;
  /** Whether small differences are found by sketches, in both directions at once. */
  sketches: boolean;
  /** Whether a node that is behind asks for what is newest every now and then. */
  tails: boolean;
  /** Whether a node that is far behind asks for everything in order, several peers at once. */
  cursors: boolean;
  /**
   * Whether bundles name what they follow, and are delivered after it: what is missing of it is asked for by name.
   * Otherwise each is delivered as it comes.
   */
  causal: boolean;
  /** Whether a pushed bundle makes us ask its sender what else is new; with `fresh` only where many are. */
  pullOnPush: boolean;
  /** Whether a node that starts, or wakes up, asks everybody it knows at once and walks faster for a while. */
  fastStart: boolean;
  /** Whether a step with nobody due visits an old friend early. */
  fillIdleSteps: boolean;
  /** Whom a step asks. Another rule than the paper's, and anybody alike, only to measure what that is worth. */
  selection: SelectionRule | "anybody";
  /** Whether a few contacts that brought bundles are asked before they lapse, whoever else crowds the table. */
  anchors: boolean;
  /** Whether peers of an earlier run that the start left out are asked later, one after the other. */
  triesRemembered: boolean;
  /** Whether a path that loses answers is tested for the size of datagrams that it takes, and smaller ones are used. */
  pathSizes: boolean;
  /** Whether nodes tell each other where WebSockets are taken, for those whom no UDP reaches. */
  webSockets: boolean;
  /** Whether members say what they hold of the bundles that ask for it. */
  receipts: boolean;
  /** Whether what may have expired is refused also while the clock is in doubt. Off only to show what that is worth. */
  vanishes: boolean;
  /** Candidates that a newly made bundle is pushed to; with `fresh` only where many are written. */
  pushTo: number;
  /** Whether whoever gets a new bundle tells its own contacts of it at once. */
  fresh: boolean;
  /** Whether ephemeral messages are sent on and shown. */
  ephemeral: boolean;
  /** Least time between two resets of the candidate list by a tracker's reply. */
  resetIntervalMs: number;
  /** Whether a reset spares the peer that a sync is under way with. */
  resetSparesActive: boolean;
  /** Whether nodes of one LAN find each other by announcing themselves there. */
  lan: boolean;
  /**
   * Whether address groups share what there is: places among the candidates, steps, introductions, the first requests
   * of a start. Off only to measure what that is worth.
   */
  groupCaps: boolean;
  /** What a filter speaks of: Dispersy's choice, one side of it always, or a window anywhere, to measure the choice. */
  subsets: SubsetRule;
}

export type SubsetRule = "dispersy" | "modulo" | "pivot" | "random";

/** Dispersy as published: 1 %, 5 KiB, one bundle per datagram, every tracker visit resets. */
export const DISPERSY: Profile = {
  name: "dispersy",
  falsePositiveRate: 0.01,
  replyBytes: 5 * 1024,
  dense: false,
  searches: false,
  hints: false,
  controlFirst: false,
  sketches: false,
  tails: false,
  cursors: false,
  causal: false,
  pullOnPush: false,
  fastStart: false,
  fillIdleSteps: false,
  selection: PAPER_RULE,
  anchors: false,
  triesRemembered: false,
  pathSizes: false,
  webSockets: false,
  receipts: false,
  vanishes: true,
  pushTo: 10,
  fresh: false,
  ephemeral: false,
  resetIntervalMs: 0,
  resetSparesActive: false,
  lan: false,
  groupCaps: true,
  subsets: "dispersy",
};

/** The default: larger and denser replies, no offers between equal sets, rare and gentle resets. */
export const ADAPTIVE: Profile = {
  name: "adaptive",
  falsePositiveRate: 0.01,
  replyBytes: 25 * 1024,
  dense: true,
  searches: true,
  hints: true,
  controlFirst: true,
  sketches: true,
  tails: true,
  cursors: true,
  causal: true,
  pullOnPush: true,
  fastStart: true,
  fillIdleSteps: true,
  selection: PAPER_RULE,
  anchors: true,
  triesRemembered: true,
  pathSizes: true,
  webSockets: true,
  receipts: true,
  vanishes: true,
  pushTo: 10,
  fresh: true,
  ephemeral: true,
  resetIntervalMs: 10 * 60_000,
  resetSparesActive: true,
  lan: true,
  groupCaps: true,
  subsets: "dispersy",
};

export const PROFILES = { dispersy: DISPERSY, adaptive: ADAPTIVE } as const;

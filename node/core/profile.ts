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
  /** Whether a pushed bundle makes us ask its sender what else is new. */
  pullOnPush: boolean;
  /** Whether a node that starts, or wakes up, asks everybody it knows at once and walks faster for a while. */
  fastStart: boolean;
  /** Whether a step with nobody due visits an old friend early. */
  fillIdleSteps: boolean;
  /** Whether a few contacts that brought bundles are asked before they lapse, whoever else crowds the table. */
  anchors: boolean;
  /** Candidates that a newly made bundle is pushed to. */
  pushTo: number;
  /** Least time between two resets of the candidate list by a tracker's reply. */
  resetIntervalMs: number;
  /** Whether a reset spares the peer that a sync is under way with. */
  resetSparesActive: boolean;
  /** Whether candidates are limited per address group. Off only to measure what the limits are worth. */
  groupCaps: boolean;
}

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
  pullOnPush: false,
  fastStart: false,
  fillIdleSteps: false,
  anchors: false,
  pushTo: 10,
  resetIntervalMs: 0,
  resetSparesActive: false,
  groupCaps: true,
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
  pullOnPush: true,
  fastStart: true,
  fillIdleSteps: true,
  anchors: true,
  pushTo: 10,
  resetIntervalMs: 10 * 60_000,
  resetSparesActive: true,
  groupCaps: true,
};

export const PROFILES = { dispersy: DISPERSY, adaptive: ADAPTIVE } as const;

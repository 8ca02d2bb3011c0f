import type { Trial } from "../../../bench/experiments/nat-row.ts";

/** A trial that opened a path by a plain puncture, and one that did not. */

export const GOOD: Trial = {
  opened: true,
  pathMs: 150,
  bundleMs: 300,
  probes: 4,
  entries: 2,
  strategy: "puncture",
  reason: null,
  noPathMs: null,
  crossed: null,
};

export const BAD: Trial = {
  ...GOOD,
  opened: false,
  pathMs: null,
  bundleMs: null,
  reason: "nothing came",
  noPathMs: 3_000,
};

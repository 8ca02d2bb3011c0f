/** What all bundles together may take of the user's line, in bytes per second of datagrams; absent: no limit. */
export interface MaxRate {
  /** What leaves. */
  up?: number | undefined;
  /** What peers are asked for. */
  down?: number | undefined;
}

/** 256 kbit/s: at less, datagrams come so far apart that their receiver takes the next one for lost. */
export const LEAST_MAX_RATE = 32_000;

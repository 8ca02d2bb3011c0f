/** What all bundles together may take of the user's line, in bytes per second of datagrams; absent: no limit. */
export interface MaxRate {
  /** What leaves. */
  up?: number | undefined;
  /** What peers are asked for. */
  down?: number | undefined;
}

/** 64 kbit/s: at less, a full datagram takes longer than the round trips that all patience is made of. */
export const LEAST_MAX_RATE = 8_000;

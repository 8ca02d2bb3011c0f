import type { Bottleneck } from "./bottleneck.ts";
import type { BurstLoss } from "./burst-loss.ts";
import type { SeededRandom } from "./random.ts";

/** What a path does to datagrams. Probabilities are 0 to 1 and independent of each other. */
export interface Link {
  /** One way. */
  latencyMs: number;
  /** Added per datagram, uniform in [0, jitterMs): datagrams overtake each other. */
  jitterMs: number;
  /** Probability that a datagram is lost. */
  loss: number;
  /** Probability that it arrives twice, each copy with its own delay. */
  duplication: number;
  /** Probability that it is held back by `reorderingDelayMs`. */
  reordering: number;
  reorderingDelayMs: number;
  /** Probability that one byte is changed, which a checksum would mostly have caught. */
  corruption: number;
  /** Probability that its end is missing. */
  truncation: number;
  /** What a datagram passes before its latency begins; as wide as can be when left out. */
  bottleneck?: Bottleneck;
  /** Loss that comes in bursts, besides `loss`. */
  bursts?: BurstLoss;
  /** UDP payloads that are longer are lost, and nobody is told: an MTU black hole. */
  mostBytes?: number;
}

/** A clean European path. */
export const DEFAULT_LINK: Link = {
  latencyMs: 25,
  jitterMs: 0,
  loss: 0,
  duplication: 0,
  reordering: 0,
  reorderingDelayMs: 100,
  corruption: 0,
  truncation: 0,
};

/** Time from sending to arrival, in milliseconds. */
export function delayOf(link: Link, random: SeededRandom): number {
  let delay = link.latencyMs;
  if (link.jitterMs > 0) delay += random.float() * link.jitterMs;
  if (happens(link.reordering, random)) delay += link.reorderingDelayMs;
  return delay;
}

/** Whether a datagram is lost after the bottleneck: what is lost in the air took its time on the line. */
export function loses({ loss, bursts }: Link, random: SeededRandom): boolean {
  const inBurst = bursts?.loses(random) === true;
  return happens(loss, random) || inBurst;
}

/** Draws only when the outcome is open: a clean link costs nothing. */
export function happens(probability: number, random: SeededRandom): boolean {
  return probability > 0 && random.float() < probability;
}

/** A copy with one byte changed. */
export function corrupted(bytes: Uint8Array, random: SeededRandom): Uint8Array {
  const copy = bytes.slice();
  if (copy.length > 0) copy[random.below(copy.length)]! ^= 1 + random.below(255);
  return copy;
}

/** A beginning of it, which may be nothing. */
export function truncated(bytes: Uint8Array, random: SeededRandom): Uint8Array {
  return bytes.slice(0, random.below(bytes.length + 1));
}

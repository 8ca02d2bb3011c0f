import { quantile, round } from "../analysis/statistics.ts";
import type { ChatRun, ChatSize } from "./chat-world.ts";

/** What one chat cost, and how late its messages were. */
export interface ChatFigures {
  /** Share of all deliveries that happened in time. */
  delivered: number;
  /** All bytes sent over those of the payloads. */
  bandwidthMultiplier: number;
  /** All bytes sent over those of the payloads times their receivers: 1 is the least possible. */
  perDelivery: number;
  /** Bytes sent, of each message for each member. */
  bytesPerMember: number;
  /** Shares of the bytes, 0 to 1. */
  bundleShare: number;
  offerShare: number;
  walkingShare: number;
  /** Null when so many deliveries did not happen. */
  p50Seconds: number | null;
  p90Seconds: number | null;
  /** Virtual. */
  hours: number;
}

const SECOND_MS = 1_000;
const HOUR_MS = 3_600_000;

export function chatFigures(
  { deliveries, latenciesMs, bytes, ms }: ChatRun,
  { people, messages, payloadBytes }: ChatSize,
): ChatFigures {
  const sent = bytes.bundles + bytes.offers + bytes.walking;
  const written = people * messages * payloadBytes;
  // Deliveries that did not happen are later than all others.
  const at = (share: number): number | null =>
    latenciesMs.length < share * deliveries
      ? null
      : round(quantile(latenciesMs, (share * deliveries) / latenciesMs.length)! / SECOND_MS, 1);
  return {
    delivered: round(latenciesMs.length / deliveries, 4),
    bandwidthMultiplier: round(sent / written, 1),
    perDelivery: round(sent / (written * (people - 1)), 2),
    bytesPerMember: Math.round(sent / (people * messages * people)),
    bundleShare: round(bytes.bundles / sent, 3),
    offerShare: round(bytes.offers / sent, 3),
    walkingShare: round(bytes.walking / sent, 3),
    p50Seconds: at(0.5),
    p90Seconds: at(0.9),
    hours: round(ms / HOUR_MS, 2),
  };
}

import type { Address } from "../../wire/address.ts";
import type { NatSummary } from "../../wire/message.ts";

/** One that was asked how it sees us. */
export interface ObserverReport {
  readonly address: Address;
  answered: boolean;
  /** Whether its second port answered. */
  otherPort: boolean;
  /** Whether it named somebody else to reach us, of another IP. */
  helper: boolean;
}

/** What a survey found out; undefined is "unknown" throughout. */
export interface SurveyReport {
  readonly family: 4 | 6;
  readonly nat: NatSummary;
  /** What most observers see as the address of our main socket. */
  readonly address: Address | undefined;
  /** All IPs that we were seen at, as text. */
  readonly hosts: string[];
  /** False: several observers of different addresses were asked, again and again, and nothing was heard. */
  readonly udp: boolean | undefined;
  /** Undefined also where there is no NAT. */
  readonly hairpin: boolean | undefined;
  /** How long a binding lives without traffic; absent when it was not tested. */
  readonly lifetime?: {
    /** How often to send so that it lives. */
    keepAliveMs: number;
    longestS: number | undefined;
    brokenS: number | undefined;
  };
  readonly observers: readonly ObserverReport[];
}

/** What a survey is doing. */
export type SurveyStage = "asking" | "filtering" | "lifetime";

/**
 * Silence means something only where both sides' filters were open: with a port of their own per destination they are
 * not.
 */
export function hairpinVerdict(
  { mapping, filtering }: NatSummary,
  heard: boolean | undefined,
): boolean | undefined {
  const isOpen = mapping === "endpoint-independent" || filtering === "endpoint-independent";
  return heard === true || isOpen ? heard : undefined;
}

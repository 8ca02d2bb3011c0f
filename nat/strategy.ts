import type { Filtering, NatSummary } from "../wire/message.ts";

/**
 * What matters of a NAT to whoever wants in. `easy`: one outside port for all destinations, or no NAT at all. The
 * others give every destination a port of its own: the next one, one out of a block, or any.
 */
export type NatClass = "easy" | "sequential" | "block" | "random";

/** How a path is opened; the names are those of nat/search. */
export type Strategy =
  "puncture" | "prediction" | "block-search" | "birthday" | "unequal-steps" | "block-pairs";

/** Ports of a block that are worth searching: beyond it the birthday search over all ports is as good. */
export const MAX_BLOCK_PORTS = 2_048;
/** Of two blocks, each has to be found in the other: with 256 flows a side 6 % at this size. */
const MAX_PAIRED_BLOCK_PORTS = 1_024;

export function blockPorts({ portLow, portHigh }: NatSummary): number {
  return portLow === 0 ? 0 : portHigh - portLow + 1;
}

/** A mapping that nobody has classified is taken for easy: nothing but a puncture is lost by that. */
export function classOf(nat: NatSummary): NatClass {
  if (!dependsOnDestination(nat) || nat.mappedPort !== 0) return "easy";
  if (nat.allocation === "sequential" && nat.portDelta !== 0) return "sequential";
  const ports = blockPorts(nat);
  return nat.allocation === "block" && ports > 0 && ports <= MAX_BLOCK_PORTS ? "block" : "random";
}

/**
 * The cheapest strategy that can open a path between two such NATs, the same for both sides; undefined when none can.
 * It may be wrong about what it does not know: a puncture is always worth trying first.
 */
export function strategyFor(a: NatSummary, b: NatSummary): Strategy | undefined {
  const [one, other] = [classOf(a), classOf(b)];
  if (one === "easy" && other === "easy") return "puncture";
  if (one === "easy") return letsInAnyPort(a) ? "puncture" : SEARCH_OF[other];
  if (other === "easy") return letsInAnyPort(b) ? "puncture" : SEARCH_OF[one];
  if (one === "sequential" && other === "sequential") return "unequal-steps";
  if (one === "random" || other === "random") return undefined;
  return Math.max(blockPorts(a), blockPorts(b)) <= MAX_PAIRED_BLOCK_PORTS
    ? "block-pairs"
    : undefined;
}

/**
 * Whether whoever is behind it receives what anybody sends to the address that others see, and answers from there: no
 * puncture opens anything. Not at a mapped port: what is sent from there need not leave by it.
 */
export function letsInAnybody({ mapping, filtering, mappedPort }: NatSummary): boolean {
  if (mappedPort !== 0 || (mapping !== "none" && mapping !== "endpoint-independent")) return false;
  return filtering === "none" || filtering === "endpoint-independent";
}

/** Whether it is unknown of a side that it needs no search: nobody has tested its filter yet. */
export function mayBePlain(a: NatSummary, b: NatSummary): boolean {
  return [a, b].some((nat) => classOf(nat) === "easy" && nat.filtering === "unknown");
}

/** Whether enough is known of a NAT to choose a strategy. */
export function isClassified(nat: NatSummary): boolean {
  return nat.mapping !== "unknown" && (!dependsOnDestination(nat) || nat.allocation !== "unknown");
}

/** Between an easy side and one of these. */
const SEARCH_OF: Record<NatClass, Strategy> = {
  easy: "puncture",
  sequential: "prediction",
  block: "block-search",
  random: "birthday",
};

/** The other side's datagrams get in whatever port they come from, and are answered there. */
function letsInAnyPort({ filtering, mappedPort }: NatSummary): boolean {
  return mappedPort !== 0 || ANY_PORT.has(filtering);
}

/** RFC 4787 section 5. */
const ANY_PORT: ReadonlySet<Filtering> = new Set([
  "none",
  "endpoint-independent",
  "address-dependent",
]);

/** RFC 4787 section 4.1. */
function dependsOnDestination({ mapping }: NatSummary): boolean {
  return mapping === "address-dependent" || mapping === "address-and-port-dependent";
}

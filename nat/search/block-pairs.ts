import type { Random } from "../../wire/crypto.ts";
import { type Probe, type SearchSide, wrapPort } from "./probe.ts";
import { shuffled } from "./shuffled.ts";

/**
 * Two sides that both give every flow a port of its own, of which one side's come from a block of B ports, and the
 * other side's as well or one after another. A flow of ours and one of theirs meet when each goes to where the other
 * comes from.
 *
 * No NAT gives two flows to one destination the same port. So K flows to one port of the other side leave by K distinct
 * ports of the block, and the one that it aims at is among them with K / B. Two blocks meet with (K / B)^2: 25 % for
 * 256 flows in 512 ports, 77 % for 448. (Spread over as many destinations, 1 - exp(-K^2 / B^2): 22 and 54 %.) A
 * sequential side's next ports are known: K / B.
 */

/** Of a block, an eighth stays free: for whatever else is behind that NAT, which would also find no port any more. */
const FREE_SHARE = 1 / 8;
/** Ports of the other side that are aimed at, as far as the flows suffice: what one of them misses the next may hit. */
const MAX_TARGETS = 4;
/** Flows by which a sequential side walks over all ports that the other side aims at. */
const SEQUENTIAL_FLOWS = 64;
/** Of a sequential side's next ports the one aimed at first: so many mappings may be made before its flows begin. */
const AHEAD = 24;
const AHEAD_STEP = 8;

/** 250 a second: less than a birthday search, whose sockets are a side's only flows. */
const FLOW_INTERVAL_MS = 4;
/** As long as 1,100 flows take twice, whatever our own number: the other side may have leave for more. */
const LASTS_MS = 9_000;

/** Sockets of a side with a block of so many ports. */
export function pairSockets(blockPorts: number, maxFlows: number): number {
  return Math.max(1, Math.min(maxFlows, Math.floor(blockPorts * (1 - FREE_SHARE))));
}

/** The side with a block: all its sockets to one port of the other side, then all to another. */
export function blockPairs(
  side: SearchSide,
  { sockets, maxFlows, random }: { sockets: number; maxFlows: number; random: Random },
): Generator<Probe> {
  const targets = Math.min(MAX_TARGETS, Math.max(1, Math.floor(maxFlows / sockets)));
  const ours = Array.from({ length: sockets }, (_, socket) => socket);
  const aimed = [...aims(side, targets, random)];
  return twice(aimed.flatMap((port) => ours.map((socket) => ({ socket, port }))));
}

/** The sequential side: one flow after another, each to another port of the other side's block. */
export function sequentialPairs(
  { peerLow, peerHigh }: SearchSide,
  maxFlows: number,
  random: Random,
): Generator<Probe> {
  const ports = shuffled(peerLow, peerHigh, random, Math.min(SEQUENTIAL_FLOWS, maxFlows));
  return twice([...ports].map((port) => ({ socket: 0, port })));
}

type Flow = Pick<Probe, "socket" | "port">;

function aims(side: SearchSide, count: number, random: Random): Iterable<number> {
  const { peerPort, peerDelta, peerLow, peerHigh } = side;
  if (peerDelta === 0) return shuffled(peerLow, peerHigh, random, count);
  const steps = Array.from({ length: count }, (_, i) => AHEAD + i * AHEAD_STEP);
  return steps.map((step) => wrapPort(peerPort + step * peerDelta));
}

/**
 * At first as fast as may be, and once more until the time is over: the other side's end of a flow may have opened
 * later.
 */
function* twice(flows: readonly Flow[]): Generator<Probe> {
  for (const flow of flows) yield { ...flow, priming: false, afterMs: FLOW_INTERVAL_MS };
  const afterMs = Math.max(FLOW_INTERVAL_MS, LASTS_MS / flows.length - FLOW_INTERVAL_MS);
  for (const flow of flows) yield { ...flow, priming: false, afterMs };
}

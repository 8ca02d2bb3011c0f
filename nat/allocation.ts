import type { Allocation, NatSummary } from "../wire/message.ts";

/** One mapping of our NAT, as an observer saw it. */
export interface PortSample {
  /** The socket of ours. */
  readonly via: number;
  /** The socket's own port; undefined when unknown. */
  readonly local?: number | undefined;
  readonly external: number;
  /**
   * How many datagrams to new destinations we had sent when this one left, so at most how many mappings we had made.
   * Undefined when it was sent again: nobody knows which of the two made the mapping.
   */
  readonly turn?: number | undefined;
}

export type PortAllocation = Pick<NatSummary, "allocation" | "portDelta" | "portLow" | "portHigh">;

/** Fewer mappings than that tell no kind of allocation from another but a preserving one. */
export const MIN_MAPPINGS = 6;
/** So many in rising order are no accident (2 / 8! = 0.005 %), however far apart. */
const MIN_MONOTONE = 8;
/** Mappings that others make between two of ours, at a NAT that can still be predicted (research: drift up to 15). */
const MAX_FOREIGN = 15;
/**
 * The largest port block that carriers hand out is about 4,000 ports (RFC 7422's examples are 1,024 and less). That
 * MIN_MAPPINGS uniform ports all fall so close together happens once in 100,000 times.
 */
const MAX_BLOCK_PORTS = 4_096;
/** Between n uniform ports and either end of their range lie 3 mean gaps or more in 5 % of cases (e^-3). */
const MARGIN_GAPS = 3;
/** RFC 4787 REQ-3a: ports from 1,024 up are given to those who use such. */
const FIRST_PORT = 1_024;
const LAST_PORT = 65_535;

const UNKNOWN: PortAllocation = { allocation: "unknown", portDelta: 0, portLow: 0, portHigh: 0 };

/**
 * RFC 4787 section 4.2: how the NAT chooses the external port of a new mapping. `samples` in the order of sending.
 *
 * - Most of the mappings have their socket's own port: preserving.
 * - Each port lies a multiple of some delta beyond the one before, no further than our own and MAX_FOREIGN others'
 *   mappings in between explain, but for one jump (the range wrapped round): sequential. The delta is the greatest
 * common divisor of the steps.
 * - All within MAX_BLOCK_PORTS, when enough of them came in a known order to tell it from sequential: block. Its bounds
 *   are those of the smallest aligned power of two around them: n uniform ports all lie in one half of their block with
 *   probability 2^(1-n), 0.4 % for 9. When they straddle a larger boundary, blocks are not aligned here, and the bounds
 *   are the ports seen and MARGIN_GAPS mean gaps beyond.
 * - Else random, with bounds of the latter sort.
 */
export function classifyAllocation(samples: readonly PortSample[]): PortAllocation {
  const mappings = distinct(samples);
  const ports = mappings.map(({ external }) => external);
  if (isPreserving(mappings)) return { ...seen(ports), allocation: "preserving", portDelta: 0 };
  if (mappings.length < MIN_MAPPINGS) return UNKNOWN;
  const portDelta = sequentialDelta(mappings);
  if (portDelta !== undefined) return { ...seen(ports), allocation: "sequential", portDelta };
  const allocation: Allocation = size(margined(ports, 1)) <= MAX_BLOCK_PORTS ? "block" : "random";
  if (allocation === "block" && inOrder(mappings).length < MIN_MAPPINGS) return UNKNOWN;
  const bounds = allocation === "block" ? blockBounds(ports) : margined(ports, MARGIN_GAPS);
  return { ...bounds, allocation, portDelta: 0 };
}

/** One socket seen twice at one port is one mapping: the first. */
function distinct(samples: readonly PortSample[]): PortSample[] {
  const mappings = new Map<string, PortSample>();
  for (const sample of samples) {
    const key = `${sample.via} ${sample.external}`;
    if (!mappings.has(key)) mappings.set(key, sample);
  }
  return [...mappings.values()];
}

function isPreserving(mappings: readonly PortSample[]): boolean {
  const known = mappings.filter(({ local }) => local !== undefined);
  const preserved = known.filter(({ local, external }) => local === external);
  return preserved.length * 2 > known.length;
}

/** Those of which it is known when they were made. */
function inOrder(mappings: readonly PortSample[]): readonly PortSample[] {
  return mappings.filter(({ turn }) => turn !== undefined);
}

function sequentialDelta(mappings: readonly PortSample[]): number | undefined {
  const ordered = inOrder(mappings);
  if (ordered.length < MIN_MAPPINGS) return undefined;
  const steps = ordered.slice(1).map((sample, i) => ({
    ports: sample.external - ordered[i]!.external,
    turns: sample.turn! - ordered[i]!.turn!,
  }));
  const rising = steps.filter(({ ports }) => ports > 0).length;
  const sign = rising * 2 > steps.length ? 1 : -1;
  const along = steps.filter(({ ports }) => ports * sign > 0);
  const delta = along.reduce((divisor, { ports }) => gcd(divisor, Math.abs(ports)), 0);
  if (along.length === steps.length && ordered.length >= MIN_MONOTONE) return sign * delta;
  const near = along.filter(
    ({ ports, turns }) => Math.abs(ports) <= delta * (MAX_FOREIGN + 1) * turns,
  );
  return near.length >= steps.length - 1 && near.length === along.length ? sign * delta : undefined;
}

function gcd(a: number, b: number): number {
  return b === 0 ? a : gcd(b, a % b);
}

interface Bounds {
  portLow: number;
  portHigh: number;
}

function seen(ports: readonly number[]): Bounds {
  return { portLow: Math.min(...ports), portHigh: Math.max(...ports) };
}

function size({ portLow, portHigh }: Bounds): number {
  return portHigh - portLow + 1;
}

/** What was seen and so many mean gaps on both sides. */
function margined(ports: readonly number[], gaps: number): Bounds {
  const { portLow, portHigh } = seen(ports);
  const margin = Math.ceil((gaps * (portHigh - portLow)) / (ports.length - 1));
  return {
    portLow: Math.max(Math.min(portLow, FIRST_PORT), portLow - margin),
    portHigh: Math.min(LAST_PORT, portHigh + margin),
  };
}

function blockBounds(ports: readonly number[]): Bounds {
  const { portLow, portHigh } = seen(ports);
  let ports2k = 1;
  while (Math.floor(portLow / ports2k) !== Math.floor(portHigh / ports2k)) ports2k *= 2;
  const low = Math.floor(portLow / ports2k) * ports2k;
  const aligned = { portLow: low, portHigh: low + ports2k - 1 };
  const likely = size(margined(ports, 1));
  return ports2k <= 2 * likely ? aligned : margined(ports, MARGIN_GAPS);
}

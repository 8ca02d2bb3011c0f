import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Node } from "../../node/host/node/node.ts";
import type { NatOptions } from "./kinds/kinds.ts";
import type { Crossings, Lab } from "./lab.ts";
import { LabProcess, type Told } from "./process.ts";
import { OBSERVERS, PLAN, PRIVATE_LAN, type Host } from "./plan.ts";
import { makeScratch, removeScratch } from "./scratch.ts";

/** What a trial is set up as. */
export interface TrialPair {
  a: NatOptions;
  b: NatOptions;
  /** Who meets: usually `a` and `b`; `a` and `a2` are behind one NAT. */
  hosts?: readonly [Host, Host];
  /** Entries that a search may fill a node's own NAT with; the node's own number by default. */
  maxFlows?: number;
  /** Whether nothing can open a path: then the trial is over when a node says so. */
  isClosed?: boolean;
  /** What the first node has for the second one; 1 when left out. */
  bundles?: number;
}

export interface TrialResult {
  /** Whether one of both heard an answer of the other. */
  success: boolean;
  /** From the moment that the second node was ready (or was told to connect) to the first answer that either heard. */
  contactedMs: number | null;
  /** Likewise until the second node holds all bundles that the first one made. */
  bundleMs: number | null;
  /** What the node says whose attempt ended first, one that opened the path if any did. */
  path: PathTold | null;
  /** What each side's NAT saw; all zero for two hosts of one LAN. */
  crossings: { a: Crossings; b: Crossings };
}

export interface PathTold {
  open: boolean;
  strategy: string;
  /** Datagrams of the search. */
  probes: number | null;
  /** From the moment that one was first named to the other (or `connect()`) until the path was open, or given up. */
  ms: number;
  /** Why there is no path. */
  reason: string | null;
}

/** What meets in the lab: this project's nodes, or others, over the same NATs. */
export interface System {
  name: string;
  /** Starts what stays for all trials of a lab. */
  prepare(lab: Lab): Promise<void>;
  trial(lab: Lab, pair: TrialPair, timeoutMs: number): Promise<TrialResult>;
}

export const DISPERSY: System = { name: "dispersy", prepare: startTrackers, trial: runTrial };

/** Labs whose trackers were started. */
const served = new WeakSet<Lab>();

/** `dispersy tracker` on the first two observers, which help each other, for all trials of a lab. */
export async function startTrackers(lab: Lab): Promise<void> {
  if (served.has(lab)) return;
  served.add(lab);
  const pair = OBSERVERS.slice(0, 2);
  // Both listen at one address, in two namespaces; and their sockets outlive them.
  const folder = makeScratch("lab-trackers");
  const trackers = pair.map(({ host }, i) =>
    dispersy(lab, host, [
      "tracker",
      "--home",
      join(folder, host),
      "--tracker",
      `${pair[1 - i]!.ips[0]}:6421`,
    ]),
  );
  for (const tracker of trackers) await tracker.ready();
}

/**
 * Two nodes that know nothing but the trackers, each a fresh process with a fresh home, on an overlay that nobody has
 * seen before. Ends as soon as the bundle came over, or after the timeout.
 */
async function runTrial(lab: Lab, pair: TrialPair, timeoutMs: number): Promise<TrialResult> {
  lab.setNat("a", pair.a);
  lab.setNat("b", pair.b);
  const folder = makeScratch("lab");
  const nodes: LabProcess[] = [];
  try {
    const [first, second] = pair.hosts ?? ["a", "b"];
    const homes = [join(folder, "first"), join(folder, "second")] as const;
    const flows = pair.maxFlows === undefined ? [] : ["--max-flows", `${pair.maxFlows}`];
    const { bundles = 1 } = pair;
    await prepare(homes[0], bundles);
    const start = (host: Host, args: string[]): LabProcess => {
      const node = dispersy(lab, host, ["run", ...args, ...flows, ...trackersOf(lab)]);
      nodes.push(node);
      return node;
    };
    const maker = start(first, ["--home", homes[0]]);
    const { overlays } = await maker.ready();
    const [{ ticket }] = overlays as [{ ticket: string }];
    const joiner = start(second, [ticket, "--home", homes[1]]);
    const begin = (await joiner.ready()).atMs;
    const hosts = [first, second] as const;
    const isClosed = pair.isClosed === true;
    return await observe({ lab, maker, joiner, begin, hosts, timeoutMs, isClosed, bundles });
  } finally {
    await Promise.all(nodes.map((node) => node.kill()));
    removeScratch(folder);
  }
}

/** The program beside this file, compiled or not as this file is. */
export function dispersyCommand(...args: string[]): string[] {
  const here = import.meta.url;
  const main = new URL(`../../node/cli/main${here.slice(here.lastIndexOf("."))}`, here);
  return [process.execPath, ...process.execArgv, fileURLToPath(main), ...args];
}

export function dispersy(lab: Lab, host: Host, args: string[]): LabProcess {
  return new LabProcess(lab, host, dispersyCommand(...args, "--json"));
}

export function trackersOf({ ipv6 }: Lab): string[] {
  const addresses = OBSERVERS.slice(0, 2).flatMap(({ ips, prefix6 }) =>
    ipv6 ? [ips[0]!, `[${prefix6}::2]`] : [ips[0]!],
  );
  return addresses.flatMap((address) => ["--tracker", `${address}:6421`]);
}

/** A home with an overlay of its own and so many bundles in it; its ticket. */
export async function prepare(home: string, bundles: number): Promise<string> {
  const node = await Node.open({ home, listen: "127.0.0.1:0", logLevel: "silent" });
  const { overlay } = await node.createOverlay({ public: true });
  const payloads = Array.from({ length: bundles }, (_, i) => `across ${i}`);
  await node.put(
    overlay,
    payloads.map((payload) => new TextEncoder().encode(payload)),
  );
  const ticket = node.ticket(overlay);
  await node.close();
  return ticket;
}

/** The bundle may come before either node says how the path was opened. */
const PATH_GRACE_MS = 2_000;

interface Observation {
  lab: Lab;
  maker: LabProcess;
  joiner: LabProcess;
  begin: number;
  hosts: readonly [Host, Host];
  timeoutMs: number;
  isClosed: boolean;
  bundles: number;
}

async function observe(o: Observation): Promise<TrialResult> {
  const { lab, maker, joiner, begin, hosts, timeoutMs, isClosed, bundles } = o;
  const someEnd = (ms: number): Promise<Told | undefined> =>
    Promise.race([
      maker.hears((told) => isPathTo(told, hosts[1]), ms),
      joiner.hears((told) => isPathTo(told, hosts[0]), ms),
    ]);
  const held = joiner.hears(({ event }) => event === "bundle", timeoutMs, bundles);
  const bundle = await (isClosed
    ? Promise.race([held, someEnd(timeoutMs)]).then(() => undefined)
    : held);
  if (bundle !== undefined) await someEnd(PATH_GRACE_MS);
  const since = (told: Told | undefined): number | null =>
    told === undefined ? null : Math.max(0, Math.round(told.atMs - begin));
  const contacts = [
    maker.told.find((told) => isContact(told, hosts[1])),
    joiner.told.find((told) => isContact(told, hosts[0])),
  ];
  const first = contacts.filter((told) => told !== undefined).sort((x, y) => x.atMs - y.atMs)[0];
  return {
    success: first !== undefined,
    contactedMs: since(first),
    bundleMs: since(bundle),
    path: pathOf(maker, joiner, hosts),
    crossings: { a: lab.crossings("a"), b: lab.crossings("b") },
  };
}

/** Whether a line says that another host answered. */
function isContact(told: Told, other: Host): boolean {
  return told.event === "contacted" && isAt(String(told["address"]), other);
}

function pathOf(
  maker: LabProcess,
  joiner: LabProcess,
  hosts: readonly [Host, Host],
): TrialResult["path"] {
  const ends = [
    ...maker.told.filter((told) => isPathTo(told, hosts[1])),
    ...joiner.told.filter((told) => isPathTo(told, hosts[0])),
  ].sort((x, y) => x.atMs - y.atMs);
  const told = ends.find(({ open }) => open === true) ?? ends[0];
  if (told === undefined) return null;
  const { open, strategy, probes, reason } = told;
  // An attempt that came to nothing is part of the time that it took.
  const namedMs = Math.min(...ends.map(({ atMs, ms }) => atMs - Number(ms)));
  return {
    open: open === true,
    strategy: String(strategy),
    probes: Number(probes),
    ms: Math.round(told.atMs - namedMs),
    reason: reason === undefined ? null : String(reason),
  };
}

function isPathTo(told: Told, other: Host): boolean {
  return told.event === "path" && isAt(String(told["address"]), other);
}

/** Whether an address is one that a host is met under: its side's public ones, or its own in a LAN. */
function isAt(address: string, host: Host): boolean {
  const { network, prefix6 } = PLAN[host.startsWith("a") ? "a" : "b"];
  const inLan = PRIVATE_LAN.hosts[host.endsWith("2") ? 1 : 0];
  const [first, second] = network.split(".");
  const prefixes = [`${first}.${second}.`, `${inLan}:`, `[${prefix6}:`];
  return prefixes.some((prefix) => address.startsWith(prefix));
}

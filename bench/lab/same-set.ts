import { join } from "node:path";
import { parseTicket, formatTicket } from "../../wire/ticket.ts";
import type { Lab } from "./lab.ts";
import { OBSERVERS, type Host } from "./plan.ts";
import type { LabProcess, Told } from "./process.ts";
import {
  dispersy,
  dispersyCommand,
  prepare,
  startTrackers,
  type System,
  trackersOf,
  type TrialPair,
  type TrialResult,
} from "./trial.ts";
import { makeScratch, removeScratch } from "./scratch.ts";

/**
 * Both nodes, and a member on a public host that takes WebSockets: a way for everybody who has no other. A success is
 * that both end with the same set.
 */
export const WITH_MEMBER: System = {
  name: "dispersy with a member",
  prepare: startTrackers,
  trial: runTrial,
};

/** Where the member is. Its port is the one that firewalls let out. */
const MEMBER = OBSERVERS[2]!;
const MEMBER_URL = `ws://${MEMBER.ips[0]}:443/dispersy`;

/** Each has one bundle that the other lacks; the second one's is put once it may write, as its user would. */
async function runTrial(lab: Lab, pair: TrialPair, timeoutMs: number): Promise<TrialResult> {
  lab.setNat("a", pair.a);
  lab.setNat("b", pair.b);
  const folder = makeScratch("lab");
  const nodes: LabProcess[] = [];
  const start = (host: Host, home: string, ...args: string[]): LabProcess => {
    const node = dispersy(lab, host, ["run", ...args, "--home", home, ...trackersOf(lab)]);
    nodes.push(node);
    return node;
  };
  try {
    const hosts = pair.hosts ?? (["a", "b"] as const);
    const [first, second, third] = ["first", "second", "member"].map((name) => join(folder, name));
    const ticket = withoutPlaces(await prepare(first!, 1));
    const takes = ["--ws", "443", "--ws-url", MEMBER_URL];
    const member = await start(MEMBER.host, third!, ticket, ...takes).ready();
    const [{ ticket: named }] = member["overlays"] as [{ ticket: string }];
    const maker = start(hosts[0], first!, named);
    const joiner = start(hosts[1], second!, named);
    const begin = Math.max((await maker.ready()).atMs, (await joiner.ready()).atMs);
    const left = (): number => Math.max(0, begin + timeoutMs - performance.now());
    const there = await joiner.hears(isBundle, left());
    if (there !== undefined) put(lab, second!);
    const back = there && (await maker.hears(isBundle, left()));
    return {
      success: back !== undefined,
      contactedMs: there === undefined ? null : since(begin, there),
      bundleMs: back === undefined ? null : since(begin, back),
      path: {
        open: back !== undefined,
        strategy: [maker, joiner].map(wayOf).join(" and "),
        probes: null,
        ms: 0,
        reason: back === undefined ? "not the same set in time" : null,
      },
      crossings: { a: lab.crossings("a"), b: lab.crossings("b") },
    };
  } finally {
    await Promise.all(nodes.map((node) => node.kill()));
    removeScratch(folder);
  }
}

/** What was made where nobody else is names places where nobody is. */
function withoutPlaces(text: string): string {
  const ticket = parseTicket(text);
  if ("mistake" in ticket) throw new Error(ticket.mistake);
  return formatTicket({ overlay: ticket.overlay, at: [] });
}

function put(lab: Lab, home: string): void {
  const command = dispersyCommand("put", "across and back", "--home", home);
  lab.spawn(MEMBER.host, command, { stdio: "ignore" });
}

function isBundle({ event }: Told): boolean {
  return event === "bundle";
}

function since(begin: number, { atMs }: Told): number {
  return Math.max(0, Math.round(atMs - begin));
}

function wayOf({ told }: LabProcess): string {
  return told.some(({ event }) => event === "websocket") ? "WebSocket" : "UDP";
}

import { MAX_PUT_PAYLOADS } from "../host/control/protocol.ts";
import { EXIT, UserError } from "../host/errors.ts";
import type { HeldRow } from "../host/status/rows.ts";
import { fullName } from "./bundle-view.ts";
import { forHome } from "./command-name.ts";
import { homeOf, isServed, withDaemon } from "./daemon-session.ts";
import type { OverlayOptions } from "./options.ts";
import { say, writeJson } from "./output.ts";
import { count } from "./text.ts";

/** What members call themselves, by key; empty where they have no name. */
type Called = ReadonlyMap<string, string>;

export interface WaitedFor {
  /** Other members. */
  others: number;
  seconds: number;
}

interface Published {
  id: string;
  globalTime: number;
}

/** As long as `wait` takes. */
export const DEFAULT_HELD_SECONDS = 60;
/** What a node keeps of its own that ask (node/bundles/receipts/own-asked.ts). */
export const MOST_WAITED_FOR = 16_384;
/** Characters of a key that tell members apart for a person. */
const SHORT_KEY = 12;
/** Members that a sentence names. */
const NAMED = 8;

/** Nobody says that a bundle came while no node runs here that could hear it. Rejects before anything is published. */
export async function requireNode(options: OverlayOptions): Promise<void> {
  if (await isServed(await homeOf(options))) return;
  throw new UserError(
    "--wait needs a running node: nobody else hears of it before one runs",
    `Start it: ${forHome("dispersy run", options)}; or publish without --wait.`,
    EXIT.noDaemon,
  );
}

/**
 * Waits until others hold all of these; rejects with exit code 4 when time is up. With --json, who holds each is
 * printed.
 */
export async function waitForOthers(
  options: OverlayOptions,
  published: readonly Published[],
  { others, seconds }: WaitedFor,
): Promise<void> {
  const end = Date.now() + seconds * 1_000;
  const { rows, called } = await withDaemon(options, async (daemon) => {
    const all: HeldRow[] = [];
    const { overlay } = options;
    const named = overlay === undefined ? {} : { overlay };
    for (let at = 0; at < published.length; at += MAX_PUT_PAYLOADS) {
      const bundles = published.slice(at, at + MAX_PUT_PAYLOADS);
      const timeout = Math.max(0, Math.round(end - Date.now()));
      all.push(...(await daemon.call("held", { ...named, bundles, others, timeout })));
    }
    const names = await daemon.call("names", named);
    return { rows: all, called: new Map(names.map((row) => [row.author, fullName(row)])) };
  });
  if (options.json) for (const row of rows) await writeJson(row);
  const short = rows.filter(({ heldBy }) => heldBy.length < others);
  if (short.length > 0) {
    throw timedOut(rows.length, short, { others, seconds }, called);
  }
  const [first] = rows;
  if (options.json || first === undefined) return;
  const by = rows.length === 1 ? `: ${names(first.heldBy, called)}` : "";
  say(`held by ${count(others, "other member")} or more${by}`);
}

function timedOut(
  total: number,
  short: HeldRow[],
  { others, seconds }: WaitedFor,
  called: Called,
): UserError {
  // The one that the fewest hold says most.
  const worst = short.reduce((a, b) => (b.heldBy.length < a.heldBy.length ? b : a));
  const { heldBy, missing } = worst;
  const which = total === 1 ? "it" : `one of ${count(short.length, "bundle")}`;
  const known = `${heldBy.length} of ${others} other members are known to hold ${which}`;
  const who = heldBy.length === 0 ? "" : `: ${names(heldBy, called)}`;
  const lacking = missing.length === 0 ? "" : `; not known of: ${names(missing, called)}`;
  const fewer = heldBy.length + missing.length;
  const hint =
    fewer < others
      ? `It stays published. Only ${count(fewer, "other member")} wrote here so far, so no more are known.`
      : "It stays published, and whoever comes back gets it. Is the node of those who are missing running, and may it write?";
  return new UserError(`after ${seconds} s ${known}${who}${lacking}`, hint, EXIT.timedOut);
}

function names(keys: readonly string[], called: Called): string {
  const some = keys.slice(0, NAMED).map((key) => called.get(key) || key.slice(0, SHORT_KEY));
  const more = keys.length - some.length;
  return some.join(", ") + (more > 0 ? ` and ${more} more` : "");
}

import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { EXIT, UserError } from "../../node/host/errors.ts";
import type { Ports } from "../experiment.ts";
import { Guard } from "../lab/guard.ts";
import { WITH_MEMBER } from "../lab/same-set.ts";
import { DISPERSY, dispersyCommand } from "../lab/trial.ts";
import { type LabRunOptions, missing, trialKey, type Wanted } from "./nat-lab.ts";
import { keyName, recordLine, recordLines, type TrialRecord } from "./nat-record.ts";
import type { Cell } from "./nat-setups.ts";
import { PLACE_NAMES } from "./nat-sides.ts";

/** Of the pairs that are measured in shares. */
type SharedOptions = LabRunOptions & Omit<Cell, "pair">;

/**
 * The pairs in shares, each in a process of its own with a lab of its own: what a lab does between trials holds up its
 * process, and would disturb the others' clocks. Their trials come back as a record of trials. Set-ups that need
 * another lab are left to whoever measures what is missing.
 */
export async function measureInShares(
  wanted: readonly Wanted[],
  record: TrialRecord,
  options: SharedOptions & { labs: number },
  ports: Ports,
): Promise<void> {
  const usual = wanted.filter(
    (each) => isUsual(each.cell, options) && missing(each, record, options) > 0,
  );
  const pairs = [...new Set(usual.map(({ cell }) => cell.pair.join(":")))];
  const shares = Array.from({ length: options.labs }, (_, share) => {
    const own = new Set(pairs.filter((_, i) => i % options.labs === share));
    return usual.filter(({ cell }) => own.has(cell.pair.join(":")));
  }).filter((share) => share.length > 0);
  /** BOUNDED: by the labs. */
  const running = new Set<ChildProcess>();
  const end = (): void => running.forEach((child) => child.kill());
  const guard = new Guard(end);
  guard.up();
  try {
    await Promise.all(shares.map((share) => measureShare(share, record, options, ports, running)));
  } finally {
    end();
    guard.down();
  }
}

function isUsual({ pair, ...where }: Cell, { loss, hops, flows }: SharedOptions): boolean {
  const isPlain = pair.every((side) => /^[a-z-]+$/.test(side) && !(side in PLACE_NAMES));
  return isPlain && where.loss === loss && where.hops === hops && where.flows === flows;
}

async function measureShare(
  share: readonly Wanted[],
  record: TrialRecord,
  options: SharedOptions,
  ports: Ports,
  running: Set<ChildProcess>,
): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "dispersy-share-"));
  try {
    const file = join(folder, "trials.jsonl");
    const keys = new Map(
      share.map((each) => trialKey(each, options)).map((key) => [keyName(key), key]),
    );
    const known = [...keys.values()].flatMap((key) =>
      record.of(key).map((trial) => recordLine(key, trial)),
    );
    writeFileSync(file, known.join(""));
    await run(wordsOf(share, file, options), ports, running);
    for (const { trial, ...key } of recordLines(readFileSync(file, "utf8")).slice(known.length)) {
      record.add(key, trial);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function wordsOf(share: readonly Wanted[], record: string, options: SharedOptions): string[] {
  const most = (of: (wanted: Wanted) => boolean): number =>
    Math.max(0, ...share.filter(of).map(({ trials }) => trials));
  const peer = share.find(({ system }) => system !== DISPERSY && system !== WITH_MEMBER)?.system;
  const { timeout, bundles, loss, hops, flows } = options;
  const own = {
    pairs: [...new Set(share.map(({ cell }) => cell.pair.join(":")))].join(","),
    trials: Math.max(
      1,
      most(({ system }) => system === DISPERSY),
    ),
    "same-trials": most(({ system }) => system === WITH_MEMBER),
    ...(peer && { peer: peer.name, "peer-trials": most(({ system }) => system === peer) }),
    timeout,
    bundles,
    loss,
    hops,
    flows,
    record,
  };
  const words = Object.entries(own).flatMap(([name, value]) => [`--${name}`, `${value}`]);
  return ["bench", "nat", "--lab", "--json", ...words];
}

/** What it tells on stderr is progress, and the reason when it fails. */
async function run(
  words: readonly string[],
  ports: Ports,
  running: Set<ChildProcess>,
): Promise<void> {
  const [program, ...args] = dispersyCommand(...words);
  const child = spawn(program!, args, { stdio: ["ignore", "ignore", "pipe"] });
  running.add(child);
  let last = "";
  createInterface({ input: child.stderr }).on("line", (line) => {
    last = line;
    ports.progress(line.replace(/^nat: /, ""));
  });
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", resolve);
  });
  running.delete(child);
  if (code !== 0)
    throw new UserError(
      `a lab's share of the pairs ended early: ${last}`,
      "Run it with --labs 1.",
      EXIT.failed,
    );
}

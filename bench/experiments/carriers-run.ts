import { execFileSync, fork } from "node:child_process";
import { rmSync } from "node:fs";
import { join } from "node:path";
import type { Ports } from "../experiment.ts";
import { Party, programBeside, type Start, type Told } from "../peers/party.ts";
import { median } from "../peers/compare-servers.ts";
import type { Certificates } from "./carriers-holder.ts";

/** `wss` is WebSocket by TLS. */
export const CARRIERS = ["udp", "ws", "wss", "pipe"] as const;
export type CarrierName = (typeof CARRIERS)[number];

/** One sync of an empty node with one that holds everything. */
export interface CarrierRun {
  /** From the ticket to the last commit. */
  seconds: number;
  /** Of both processes. */
  cpuSeconds: number;
  /** Both ways: payload of UDP, of TCP, or what went through the pipe. */
  bytes: number;
  found: number;
}

/** Medians over the runs; those of UDP are the measure. */
export interface CarrierRow extends Record<"seconds" | "cpuSeconds" | "bytesPerBundle", number> {
  carrier: CarrierName;
  /** Of UDP, run by run. */
  timeRatio: number;
  cpuRatio: number;
  bytesRatio: number;
}

export interface CarriersOptions {
  bundles: number;
  payload: number;
  runs: number;
}

/** Slower machines take minutes; whoever takes longer than this has stopped. */
const LIMIT_MS = 900_000;

/**
 * Each carrier in turn, every second run the other way round; the holder's process is a new one each time. Throws when
 * one does not bring everything.
 */
export async function runCarriers(
  folder: string,
  { bundles, payload, runs }: CarriersOptions,
  ports: Ports,
): Promise<CarrierRow[]> {
  const certificates = makeCertificates(folder);
  const carriers = CARRIERS.filter((name) => name !== "wss" || certificates !== undefined);
  const home = join(folder, "holder");
  const ticket = await written(home, { bundles, payload }, ports);
  const results = new Map<CarrierName, CarrierRun[]>(carriers.map((name) => [name, []]));
  for (let run = 1; run <= runs; run++) {
    const order = run % 2 === 0 ? carriers.toReversed() : carriers;
    for (const carrier of order) {
      const joiner = join(folder, "joiner");
      const progress = (text: string): void =>
        ports.progress(`run ${run} of ${runs}, ${carrier}: ${text}`);
      const one = await syncBy(carrier, { home, joiner, bundles, ticket, certificates }, progress);
      rmSync(joiner, { recursive: true });
      if (one.found < bundles) throw new Error(`${carrier}: ${bundles - one.found} never came`);
      results.get(carrier)!.push(one);
    }
  }
  return carriers.map((carrier) =>
    row(carrier, results.get(carrier)!, results.get("udp")!, bundles),
  );
}

function row(
  carrier: CarrierName,
  runs: readonly CarrierRun[],
  udp: readonly CarrierRun[],
  bundles: number,
): CarrierRow {
  const of = (key: keyof CarrierRun): number => median(runs.map((run) => run[key]));
  const ratio = (key: keyof CarrierRun): number =>
    median(runs.map((run, i) => run[key] / udp[i]![key]));
  return {
    carrier,
    seconds: of("seconds"),
    cpuSeconds: of("cpuSeconds"),
    bytesPerBundle: of("bytes") / bundles,
    timeRatio: ratio("seconds"),
    cpuRatio: ratio("cpuSeconds"),
    bytesRatio: ratio("bytes"),
  };
}

/** Everything is on disk in a home; returns a ticket that names no place. */
async function written(
  home: string,
  { bundles, payload }: Pick<CarriersOptions, "bundles" | "payload">,
  ports: Ports,
): Promise<string> {
  const say = (made: number): void =>
    ports.progress(`a process writes bundles: ${made} of ${bundles}`);
  say(0);
  const writer = new Party(
    programBeside(import.meta.url, "carriers-writer"),
    home,
    bundles,
    payload,
  );
  try {
    const told = await writer.hears("written", ({ bundles: made }) => say(Number(made)));
    return String(told["ticket"]);
  } finally {
    await writer.stop();
  }
}

interface Sides {
  home: string;
  joiner: string;
  bundles: number;
  /** Without a place. */
  ticket: string;
  certificates: Certificates | undefined;
}

async function syncBy(
  carrier: CarrierName,
  { home, joiner: joinerHome, bundles, ticket, certificates }: Sides,
  progress: (text: string) => void,
): Promise<CarrierRun> {
  const tls = carrier === "wss" ? certificates! : undefined;
  const env = { ...process.env, ...(tls && { NODE_EXTRA_CA_CERTS: tls.certificate }) };
  const start =
    (name: string, stdio: NonNullable<Parameters<typeof fork>[2]>["stdio"]): Start =>
    (words) =>
      fork(programBeside(import.meta.url, name), words, { stdio, env });
  let other: ReturnType<Start> | undefined;
  const startHolder: Start = (words) => {
    // Its standard input and output lead to the joiner's; its node's words go to stderr.
    other = start("carriers-holder", ["pipe", "pipe", "inherit", "ipc"])(words);
    return other;
  };
  const files = tls === undefined ? [] : [tls.certificate, tls.key];
  const holder = new Party(startHolder, carrier, home, ...files);
  try {
    const ready = await holder.hears("ready");
    const place = carrier === "pipe" ? ticket : String(ready["ticket"]);
    const startJoiner = start("carriers-joiner", [other!.stdout!, other!.stdin!, "inherit", "ipc"]);
    const joiner = new Party(startJoiner, carrier, joinerHome, place, bundles, LIMIT_MS);
    // Now the joiner has them, and the holder sees when they end.
    other!.stdout!.destroy();
    other!.stdin!.destroy();
    try {
      holder.begin();
      const last = await joiner.hears("ended", ({ found }: Told) => {
        progress(`${String(found)} of ${bundles} bundles`);
      });
      const held = await holder.usage();
      const byTcp = Number((await holder.hears("bytes"))["bytes"]);
      const joined = await joiner.usage();
      return {
        seconds: Number(last["seconds"]),
        cpuSeconds: held.cpuSeconds + joined.cpuSeconds,
        bytes: Number(last["bytes"]) + byTcp,
        found: Number(last["found"]),
      };
    } finally {
      await joiner.stop();
    }
  } finally {
    await holder.stop();
  }
}

/** For `localhost`; undefined where there is no openssl(1). */
function makeCertificates(folder: string): Certificates | undefined {
  const [certificate, key] = [join(folder, "certificate.pem"), join(folder, "key.pem")];
  const words = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 1";
  const name = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"];
  try {
    execFileSync("openssl", [...words.split(" "), ...name, "-keyout", key, "-out", certificate], {
      stdio: "ignore",
    });
    return { certificate, key };
  } catch {
    return undefined;
  }
}

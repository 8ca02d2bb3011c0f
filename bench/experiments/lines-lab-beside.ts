import { setTimeout as sleep } from "node:timers/promises";
import { ascending, quantile, round } from "../analysis/statistics.ts";
import { LINE_HOSTS } from "../lab/line-lab.ts";
import {
  connected,
  joinOn,
  LINE_PAYLOAD_BYTES,
  LineHolder,
  type LineJoin,
} from "../lab/line-nodes.ts";
import { LabProcess } from "../lab/process.ts";
import { ownProgram } from "../lab/programs.ts";
import { median } from "../peers/compare-servers.ts";
import { runRealCold } from "./cold-real.ts";
import { MEGABIT } from "./lines-figures.ts";
import {
  joinFigures,
  LAB_LIMIT_MS,
  type LinesInLab,
  medianBy,
  medianJoin,
  STREAM_PORT,
} from "./lines-lab.ts";

/** A narrow uplink with a large buffer, as homes have it. */
export const HOME_CELL = { roundTripMs: 40, loss: 0, bitsPerSecond: 10 * MEGABIT, bufferMs: 500 };
const VOICE_PORT = "5004";
const SETTLE_MS = 3_000;
/** Five hundred datagrams: their p99 is no single one. */
const CALL_ALONE_MS = 10_000;
const PUT_INTERVAL_MS = 100;
/** TCP that fills the buffer, and TCP that does not; a kernel may allow only some of them in a namespace. */
const FILLING_TCP = ["cubic", "reno"];
const SPARING_TCP = ["bbr"];
/** A minute of them. */
const DELIVERED_BUNDLES = 600;
/** A hundred thousand of the usual twenty. */
const LOOPBACK_TIMES = 5;
const DELIVERY_LIMIT_MS = 60_000;

/** A call through the same uplink, alone and beside a join. */
export async function callInLab(lines: LinesInLab, bundles: number) {
  const home = lines.homes.holding(bundles);
  return lines.inLab(HOME_CELL, async (lab) => {
    const runs = [];
    const holder = await LineHolder.start(lab, "a", home);
    const hearing = new LabProcess(lab, "b", eager("voice", "hear", VOICE_PORT));
    await hearing.ready();
    const speaking = lab.spawn("c", eager("voice", "speak", LINE_HOSTS.b, VOICE_PORT), {
      stdio: "ignore",
    });
    for (let run = 1; run <= lines.runs; run++) {
      lines.progress(`beside a call: run ${run} of ${lines.runs}`);
      const [, alone] = await voiceDuring(hearing, () => sleep(CALL_ALONE_MS));
      const [join, beside] = await voiceDuring(hearing, () => lines.join(lab, [holder], bundles));
      runs.push({
        ...joinFigures(join, bundles),
        lineShare: round(join.receivedBitsPerSecond / HOME_CELL.bitsPerSecond, 3),
        addedP95Ms: round(of(beside, 0.95) - of(alone, 0.5), 1),
        addedP99Ms: round(of(beside, 0.99) - of(alone, 0.99), 1),
        aloneP99Ms: round(of(alone, 0.99), 1),
      });
    }
    speaking.kill("SIGKILL");
    await Promise.all([hearing.kill(), holder.process.kill()]);
    return { bundles, ...medianBy(runs, ({ addedP99Ms }) => addedP99Ms), runs };
  });
}

/** A TCP flow through the same uplink, alone and beside a join. */
export async function tcpInLab(lines: LinesInLab, bundles: number, wanted: readonly string[]) {
  const home = lines.homes.holding(bundles);
  return lines.inLab(HOME_CELL, async (lab) => {
    const runs = [];
    const holder = await LineHolder.start(lab, "a", home);
    const congestionControl = lab.useCongestionControl(...wanted);
    const serving = new LabProcess(lab, "c", ownProgram("stream", "serve", STREAM_PORT, "0"));
    await serving.ready();
    const fetching = new LabProcess(
      lab,
      "b",
      ownProgram("stream", "fetch", LINE_HOSTS.c, STREAM_PORT),
    );
    for (let run = 1; run <= lines.runs; run++) {
      lines.progress(`beside TCP (${congestionControl}): run ${run} of ${lines.runs}`);
      await sleep(SETTLE_MS);
      const [, alone] = await bitsDuring(fetching, () => sleep(2 * SETTLE_MS));
      const [join, beside] = await bitsDuring(fetching, () => lines.join(lab, [holder], bundles));
      runs.push({
        ...joinFigures(join, bundles),
        aloneMbits: round(alone / MEGABIT, 2),
        besideMbits: round(beside / MEGABIT, 2),
        keeps: round(beside / alone, 3),
      });
    }
    await Promise.all([fetching.kill(), serving.kill(), holder.process.kill()]);
    return { bundles, congestionControl, ...medianBy(runs, ({ keeps }) => keeps), runs };
  });
}

/** Two who hold everything, one of them behind a line of a twentieth of the rate. */
export async function slowSourceInLab(lines: LinesInLab, bundles: number) {
  const fast = { ...HOME_CELL, bitsPerSecond: 20 * MEGABIT };
  const slow = { ...fast, bitsPerSecond: fast.bitsPerSecond / 20 };
  const home = lines.homes.holding(bundles);
  const copy = await joined(lines, home, bundles);
  return lines.inLab(fast, async (lab) => {
    lab.narrow("c", "eth0", slow);
    lab.narrow("ra", "to-c", slow);
    const first = await LineHolder.start(lab, "a", home);
    const alone: LineJoin[] = [];
    const both: LineJoin[] = [];
    for (let run = 1; run <= lines.runs; run++) {
      lines.progress(`two sources: run ${run} of ${lines.runs}`);
      alone.push(await lines.join(lab, [first], bundles));
      const second = await LineHolder.start(lab, "c", copy);
      both.push(await lines.join(lab, [second, first], bundles));
      await second.process.kill();
    }
    await first.process.kill();
    const [fastAlone, together] = [medianJoin(alone), medianJoin(both)];
    return {
      bundles,
      fastAlone: joinFigures(fastAlone, bundles),
      both: joinFigures(together, bundles),
      ratio: round(together.seconds / fastAlone.seconds, 2),
    };
  });
}

/** Ten new bundles per second over 100 ms and 2 % each way. */
export async function deliveryInLab(lines: LinesInLab, count: number) {
  const cell = { roundTripMs: 100, loss: 0.02, bitsPerSecond: 0, bufferMs: 500 };
  return lines.inLab(cell, async (lab) => {
    const author = await LineHolder.start(lab, "a", lines.homes.copy(lines.homes.holding(0)));
    const reader = await LineHolder.start(lab, "b", lines.homes.fresh(), [author.ticket]);
    await reader.process.hears(({ event }) => event === "contacted", LAB_LIMIT_MS);
    await sleep(SETTLE_MS);
    const client = await connected(author.home, LAB_LIMIT_MS);
    const put: Promise<[id: string, atMs: number]>[] = [];
    for (let i = 0; i < count; i++) {
      if (i % 50 === 0) lines.progress(`new bundles: ${i} of ${count}`);
      const atMs = performance.now();
      const payloads = [Buffer.from(`${i}`.padEnd(LINE_PAYLOAD_BYTES)).toString("base64")];
      put.push(client.call("put", { payloads }).then(([made]) => [made!.id, atMs]));
      await sleep(PUT_INTERVAL_MS);
    }
    const sent = new Map(await Promise.all(put));
    const isBundle = ({ event, id }: { event: string; id?: unknown }): boolean =>
      event === "bundle" && sent.has(String(id));
    await reader.process.hears(isBundle, DELIVERY_LIMIT_MS, count);
    const arrived = reader.process.told.filter(isBundle);
    const delays = ascending(arrived.map(({ id, atMs }) => atMs - sent.get(String(id))!));
    client.close();
    await Promise.all([author.process.kill(), reader.process.kill()]);
    // What never came counts as the slowest.
    const share = (part: number): number | null =>
      round(delays[Math.ceil(count * part) - 1] ?? null, 0);
    return {
      published: count,
      arrived: delays.length,
      p50Ms: share(0.5),
      p99Ms: share(0.99),
      maxMs: share(1),
    };
  });
}

/** Two processes on loopback, as `bench cold`. */
export async function onLoopback(lines: LinesInLab, bundles: number) {
  const seconds: number[] = [];
  const delays: number[] = [];
  const idle: number[] = [];
  for (let run = 1; run <= lines.runs; run++) {
    lines.progress(`loopback: run ${run} of ${lines.runs}`);
    const options = {
      bundles,
      payload: LINE_PAYLOAD_BYTES,
      profile: "adaptive",
      private: false,
      limitMs: LAB_LIMIT_MS,
    } as const;
    const cold = await runRealCold(options, { progress: () => undefined });
    seconds.push(cold.seconds);
    const { holder, joiner, idle: atRest } = cold.loopDelayP99Ms;
    delays.push(Math.max(holder, joiner));
    idle.push(atRest);
  }
  return {
    bundles,
    seconds: round(median(seconds), 2),
    loopDelayP99Ms: round(median(delays), 1),
    idleLoopDelayP99Ms: round(median(idle), 1),
  };
}

/** The home of another node that has everything. */
async function joined(lines: LinesInLab, home: string, bundles: number): Promise<string> {
  return lines.inLab({ roundTripMs: 1, loss: 0, bitsPerSecond: 0, bufferMs: 500 }, async (lab) => {
    const holder = await LineHolder.start(lab, "a", home);
    const copy = lines.homes.fresh();
    lines.progress("a second source is made");
    await joinOn(lab, [holder.ticket], { home: copy, bundles, limitMs: LAB_LIMIT_MS });
    await holder.process.kill();
    return copy;
  });
}

/** A call hears the line, not how busy this machine is. */
function eager(name: string, ...args: string[]): string[] {
  return ["nice", "-n", "-15", ...ownProgram(name, ...args)];
}

/** Delays of the voice that was sent meanwhile, in ms. */
async function voiceDuring<T>(hearing: LabProcess, what: () => Promise<T>): Promise<[T, number[]]> {
  const sinceMs = monotonicMs();
  const value = await what();
  const untilMs = monotonicMs();
  await sleep(VOICE_GRACE_MS);
  const heard = hearing.told.filter(
    ({ event, sentMs }) =>
      event === "heard" && Number(sentMs) >= sinceMs && Number(sentMs) <= untilMs,
  );
  return [value, ascending(heard.map(({ delayMs }) => Number(delayMs)))];
}

/** The buffer and the delay are empty by then. */
const VOICE_GRACE_MS = 1_000;

/** The clock of voice.ts. */
function monotonicMs(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}

/** Bits per second that TCP brought meanwhile. */
async function bitsDuring<T>(fetching: LabProcess, what: () => Promise<T>): Promise<[T, number]> {
  const before = lastReport(fetching);
  const value = await what();
  const after = lastReport(fetching);
  return [value, ((after.bytes - before.bytes) * 8_000) / (after.atMs - before.atMs)];
}

function lastReport({ told }: LabProcess): { bytes: number; atMs: number } {
  const report = told.findLast(({ event }) => event === "received");
  return { bytes: Number(report?.["bytes"] ?? 0), atMs: report?.atMs ?? performance.now() };
}

function of(sorted: readonly number[], share: number): number {
  return quantile(sorted, share) ?? 0;
}

/** All that is beside others, as reports say it. */
export async function labBeside(lines: LinesInLab, bundles: number) {
  return {
    call: await callInLab(lines, bundles),
    tcp: [await tcpInLab(lines, bundles, FILLING_TCP), await tcpInLab(lines, bundles, SPARING_TCP)],
    slowSource: await slowSourceInLab(lines, bundles),
    delivery: await deliveryInLab(lines, DELIVERED_BUNDLES),
    loopback: await onLoopback(lines, LOOPBACK_TIMES * bundles),
  };
}

export type LabBeside = Awaited<ReturnType<typeof labBeside>>;

import { writeFileSync } from "node:fs";
import type { UserError } from "../../node/host/errors.ts";
import {
  type CommonOptions,
  experiment,
  type Ports,
  type Result,
  table,
  text,
} from "../experiment.ts";
import { type FaultPlan, drawFaultPlan } from "../sim/fault-plan.ts";
import type { HostileName } from "../sim/hostile/kinds.ts";
import { type FaultResult, runFaults } from "../sim/faults.ts";
import { TraceDigest } from "../../node/record/digest.ts";
import { RULES, type Rule, type Violation } from "../sim/invariants/violations.ts";
import { cannotWrite, requireFile } from "../report/place.ts";
import { PcapTrace } from "../sim/pcap-trace.ts";

interface FaultsOptions extends CommonOptions {
  seeds: number;
  trace: string;
}

/** One broken promise, and how to see it again. */
interface Failure extends Violation {
  seed: number;
  repeat: string;
}

/** Random worlds with random faults; each seed is one. */
export const faults = experiment<FaultsOptions>({
  name: "faults",
  summary: "random faults on simulated overlays; what has to hold is checked",
  options: [
    { name: "seeds", summary: "worlds to play, from --seed upward", default: 100, min: 1 },
    {
      name: "trace",
      summary: "write the last world's datagrams to this file, as a pcap",
      default: "",
    },
  ],
  signatures: "keyed hash",
  run,
});

function run({ seed, seeds, trace }: FaultsOptions, ports: Ports): Result {
  const last = seed + seeds - 1;
  const digest = new TraceDigest();
  const failures: Failure[] = [];
  const results: FaultResult[] = [];
  const before = cpuSeconds();
  if (trace !== "") requireFile(trace, "--trace");
  let unwritten: UserError | undefined;
  for (let current = seed; current <= last; current++) {
    const isTraced = trace !== "" && current === last;
    const datagrams = isTraced ? new PcapTrace() : undefined;
    const result = runFaults(current, recordedBy(datagrams));
    unwritten = datagrams && writeTrace(trace, datagrams);
    for (const character of result.digest) digest.number(character.charCodeAt(0));
    for (const violation of result.violations) {
      const repeat = repeatCommand(current);
      failures.push({ ...violation, seed: current, repeat });
      ports.progress(`${violation.rule}, ${violation.detail}: ${repeat}`);
    }
    results.push({ ...result, violations: [] });
    const done = current - seed + 1;
    ports.progress(`world ${done} of ${seeds}, violations ${failures.length}`);
  }
  const [first] = failures;
  const cpu = cpuSeconds() - before;
  const speed = { cpuSeconds: round(cpu), seedsPerCoreHour: Math.round((3_600 * seeds) / cpu) };
  return {
    json: { seeds, violations: failures.length, failures, digest: digest.value, ...speed },
    report: [
      { title: "Worlds", parts: [text(summaryOf(results)), occurrences(seed, last)] },
      { title: "What has to hold", parts: [rules(failures)] },
      ...(first === undefined ? [] : [{ title: "Violations", parts: [list(failures)] }]),
    ],
    unwritten,
    ...(first !== undefined && {
      failure: `${failures.length} violations; the first (${first.rule}): ${first.repeat}`,
    }),
  };
}

/** Of this process, until now: what a core spent, however many share it. */
function cpuSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000_000;
}

function round(seconds: number): number {
  return Math.round(seconds * 10) / 10;
}

/** The one command that plays this world again. */
function repeatCommand(seed: number): string {
  return `dispersy bench faults --seed ${seed} --seeds 1`;
}

/** Has a world's datagrams written down. */
function recordedBy(trace: PcapTrace | undefined): Parameters<typeof runFaults>[1] {
  if (trace === undefined) return {};
  return { prepared: ({ network, clock }) => trace.record(network, () => clock.now) };
}

function writeTrace(file: string, trace: PcapTrace): UserError | undefined {
  try {
    writeFileSync(file, trace.bytes());
    return undefined;
  } catch (error) {
    return cannotWrite(file, "--trace", error);
  }
}

function summaryOf(results: readonly FaultResult[]): string {
  const nodes = results.reduce((sum, result) => sum + result.nodes, 0);
  const bundles = results.reduce((sum, result) => sum + result.bundles, 0);
  const hours = results.reduce((sum, { virtualMs }) => sum + virtualMs, 0) / 3_600_000;
  const times = results.map(({ convergedMs }) => convergedMs ?? Infinity).sort((a, b) => a - b);
  const at = (share: number): string => {
    const time = times[Math.min(times.length - 1, Math.floor(share * times.length))]!;
    return time === Infinity ? "never" : `${Math.round(time / 1_000)} s`;
  };
  return (
    `${results.length} worlds with ${nodes} honest nodes and ${bundles} bundles, ${hours.toFixed(1)} hours of ` +
    `virtual time. After the last fault all held the same within ${at(0.5)} in half of the worlds, within ` +
    `${at(0.99)} in 99 of 100.`
  );
}

const DRAWS: readonly HostileName[] = ["puncture-namer", "seeker", "forger", "sketch-asker"];

type Count = readonly [what: string, has: (plan: FaultPlan) => boolean];
const COUNTS: readonly Count[] = [
  ["overlay of members", ({ writers }) => writers === "members"],
  ["private overlay", (plan) => plan.private],
  ["the cipher that ships", ({ realCipher }) => realCipher],
  ["receipts asked for", ({ asking }) => asking > 0],
  ["hostile peers", ({ hostile }) => hostile.length > 0],
  ["hostile trackers", ({ hostile, hostileTrackers }) => hostileTrackers && hostile.length > 0],
  ["dead trackers", ({ trackers }) => trackers.includes("dead")],
  ["loss", ({ weather }) => weather.link.loss > 0],
  ["duplication", ({ weather }) => weather.link.duplication > 0],
  ["reordering", ({ weather }) => weather.link.reordering > 0],
  ["corruption", ({ weather }) => weather.link.corruption > 0],
  ["truncation", ({ weather }) => weather.link.truncation > 0],
  ["delay spikes", ({ weather }) => weather.spikes > 0],
  ["partitions", ({ partition }) => partition !== undefined],
  ["clogged links", ({ clogs }) => clogs !== undefined],
  ["crashes", ({ crashes }) => crashes !== undefined],
  ["churn", ({ churn }) => churn !== undefined],
  ["pauses", ({ pauses }) => pauses !== undefined],
  ["clock steps", ({ clockSteps }) => clockSteps !== undefined],
  ["changes of address", ({ moves }) => moves !== undefined],
  ["slow or failing disks", ({ disk }) => disk !== undefined],
  ["clocks wrong by years", ({ clockLeaps }) => clockLeaps !== undefined],
  ["full disks", ({ fullDisks }) => fullDisks !== undefined],
  ["no file descriptors left", ({ socketShortages }) => socketShortages !== undefined],
  ["two versions of the program", ({ nodes }) => nodes.some(({ newer }) => newer)],
  ["liars about addresses", ({ hostile }) => hostile.includes("address-liar")],
  ["peers that use up budgets", ({ hostile }) => hostile.some((name) => DRAWS.includes(name))],
];

function occurrences(first: number, last: number) {
  const plans = Array.from({ length: last - first + 1 }, (_, i) => drawFaultPlan(first + i));
  return table(
    ["In the world", { title: "Worlds", align: "right" }],
    COUNTS.map(([what, has]) => [what, plans.filter(has).length]),
  );
}

function rules(failures: readonly Failure[]) {
  const rows = (Object.keys(RULES) as Rule[]).map((rule) => {
    return [rule, RULES[rule], failures.filter((failure) => failure.rule === rule).length];
  });
  return table(["Rule", "Meaning", { title: "Violations", align: "right" }], rows);
}

function list(failures: readonly Failure[]) {
  const rows = failures.map(({ repeat, rule, node, atMs, detail }) => {
    return [repeat, rule, node, (atMs / 1_000).toFixed(1), detail];
  });
  const time = { title: "At (s)", align: "right" } as const;
  return table(["Repeat", "Rule", "Node", time, "What was seen"], rows);
}

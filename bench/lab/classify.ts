import { NAT_KINDS, type Allocation, type Kind } from "./kinds/kinds.ts";
import { Lab, type LabOptions } from "./lab.ts";
import { OBSERVERS } from "./plan.ts";
import { DISPERSY, dispersyCommand } from "./trial.ts";

/** What `dispersy netcheck` says of a NAT. */
export interface Classified {
  udp: boolean | null;
  mapping: string;
  filtering: string;
  portAllocation: string;
}

/** How often it was right, said `unknown`, or was wrong, per axis; a run of `blocked` is judged by `udp` alone. */
export interface Tally {
  kind: Kind;
  runs: number;
  right: Record<Axis, number>;
  unknown: Record<Axis, number>;
  /** What it said instead, of whatever axis. */
  wrong: string[];
}

const AXES = ["mapping", "filtering", "portAllocation"] as const;
type Axis = (typeof AXES)[number];

/** Runs `dispersy netcheck` behind each kind of NAT, with two trackers that help each other. */
export async function* classify(
  options: LabOptions,
  kinds: readonly Kind[],
  runs: number,
): AsyncGenerator<Tally> {
  const lab = await Lab.up(options);
  try {
    await DISPERSY.prepare(lab);
    for (const kind of kinds) {
      const tally = emptyTally(kind, runs);
      for (let i = 0; i < runs; i++) {
        lab.setNat("a", { kind });
        judge(tally, netcheck(lab));
      }
      yield tally;
    }
  } finally {
    lab.down();
  }
}

function netcheck(lab: Lab): Classified {
  const observers = OBSERVERS.slice(0, 2).map(({ ips }) => `${ips[0]}:6421`);
  return JSON.parse(
    lab.exec("a", dispersyCommand("netcheck", ...observers, "--json")),
  ) as Classified;
}

function emptyTally(kind: Kind, runs: number): Tally {
  const none = { mapping: 0, filtering: 0, portAllocation: 0 };
  return { kind, runs, right: { ...none }, unknown: { ...none }, wrong: [] };
}

function judge(tally: Tally, said: Classified): void {
  const wanted = wantedOf(tally.kind);
  for (const axis of AXES) {
    if (wanted[axis].includes(said[axis])) tally.right[axis]++;
    else if (said[axis] === "unknown") tally.unknown[axis]++;
    else tally.wrong.push(`${axis} ${said[axis]}`);
  }
  if (said.udp !== (tally.kind !== "blocked")) tally.wrong.push(`udp ${said.udp}`);
}

/** What is right to say. Where nothing is translated or nothing passes, there is nothing to say of the rest. */
function wantedOf(kind: Kind): Record<Axis, readonly string[]> {
  if (kind === "blocked")
    return { mapping: ["unknown"], filtering: ["unknown"], portAllocation: ["unknown"] };
  if (kind === "open")
    return {
      mapping: ["none"],
      filtering: ["none", "endpoint-independent"],
      portAllocation: ["unknown", "preserving"],
    };
  const { mapping, filtering, allocation } = NAT_KINDS[kind];
  return { mapping: [mapping], filtering: [filtering], portAllocation: SAID_AS[allocation] };
}

/** A range of 20,000 ports is as good as random. */
const SAID_AS: Record<Allocation, readonly string[]> = {
  preserving: ["preserving"],
  range: ["random"],
  random: ["random"],
  sequential: ["sequential"],
  block: ["block"],
};

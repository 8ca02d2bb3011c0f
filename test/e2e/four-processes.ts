import { Stage, type Serving, list, statusOf, until } from "./program.ts";
import { realText } from "./text.ts";
import { ticketAt } from "../helpers/ticket.ts";

export interface FourProcesses {
  lines: number;
  readyMs: number[];
  putSeconds: number;
  /** From the end of `put` until the third node has everything too. */
  spreadSeconds: number;
  /** From the start of the fourth node, tracker and first node gone, until it has everything. */
  fourthSeconds: number;
  /** Nodes, the fourth included, whose listing is the text byte for byte. */
  equal: number;
  /** Of the nodes that are left. */
  faults: Record<string, number>;
}

const TIMEOUT_MS = 120_000;

/**
 * A tracker and three nodes with the default settings; a text put on the first one. Then tracker and first node go, and
 * a fourth node joins by a survivor's own ticket.
 */
export async function fourProcesses(
  stage: Stage,
  count: number,
  progress: (text: string) => void = () => {},
): Promise<FourProcesses> {
  const lines = realText(count);
  const readyMs: number[] = [];
  const run = async (name: string, args: string[]): Promise<Serving> => {
    const before = performance.now();
    const serving = await stage.run(name, args);
    readyMs.push(Math.round(performance.now() - before));
    return serving;
  };
  const tracker = await stage.tracker();
  const first = await run("first", ["--tracker", tracker.at]);
  // Only whom to join; the tracker has to bring them together.
  const overlay = ticketAt(first.ticket);
  const second = await run("second", [overlay, "--tracker", tracker.at]);
  const third = await run("third", [overlay, "--tracker", tracker.at]);
  progress("a tracker and three nodes are ready");

  const begun = performance.now();
  await stage.done(["put", "--lines", "-", "--home", first.home], lines.join("\n"));
  const published = performance.now();
  progress(`published after ${seconds(published - begun)} s`);
  for (const node of [second, third]) await holds(node, count, progress);
  const spread = performance.now();

  let equal = 0;
  for (const { home } of [first, second, third]) equal += await isEqual(stage, home, lines);
  await tracker.program.stop("SIGKILL");
  await first.program.stop("SIGKILL");
  progress("tracker and first node are gone");
  const { overlays } = await statusOf(third.home);
  const joined = performance.now();
  const fourth = await run("fourth", [overlays[0]!.ticket]);
  await holds(fourth, count, progress);
  const all = performance.now();
  equal += await isEqual(stage, fourth.home, lines);
  return {
    lines: count,
    readyMs,
    putSeconds: seconds(published - begun),
    spreadSeconds: seconds(spread - published),
    fourthSeconds: seconds(all - joined),
    equal,
    faults: await faults([second, third, fourth]),
  };
}

async function holds(
  { home }: Serving,
  count: number,
  progress: (text: string) => void,
): Promise<void> {
  let shown = -1;
  const bundles = async (): Promise<number> => (await statusOf(home)).overlays[0]?.bundles ?? 0;
  await until(
    `${home} has all`,
    async () => {
      const now = await bundles();
      if (Math.floor(now / 2_000) > shown) {
        shown = Math.floor(now / 2_000);
        progress(`${home}: ${now} of ${count}`);
      }
      return now >= count;
    },
    TIMEOUT_MS,
  );
}

/** 1 when what `ls` prints of a home is the text, line by line in its order, byte for byte. */
async function isEqual(stage: Stage, home: string, lines: string[]): Promise<number> {
  const rows = await list(stage, home);
  const texts = rows.map(({ payload }) => payload);
  return Buffer.from(texts.join("\n")).equals(Buffer.from(lines.join("\n"))) ? 1 : 0;
}

/** What nodes of good will do not cause, whatever is lost, comes twice or comes too late on the way. */
const OUT_OF_ORDER = /^bundle rejected: (?!duplicate|backlog)|damaged|defect|commit failed/;

/** How often the nodes met what only a fault explains. */
export async function faults(nodes: Serving[]): Promise<Record<string, number>> {
  const total: Record<string, number> = {};
  for (const { home } of nodes) {
    const { counters, problems } = await statusOf(home);
    if (problems.length > 0) throw new Error(problems.join("; "));
    for (const [name, count] of Object.entries(counters)) {
      if (OUT_OF_ORDER.test(name)) total[name] = (total[name] ?? 0) + count!;
    }
  }
  return total;
}

function seconds(ms: number): number {
  return Math.round(ms) / 1_000;
}

import { appendFileSync, readFileSync, writeFileSync } from "node:fs";
import { ControlClient } from "../../node/host/control/client.ts";
import { seeded } from "./kills.ts";
import { type Program, type Serving, type Stage, completeLines, list, until } from "./program.ts";

export interface ReaderReport {
  kills: number;
  seed: number;
  /** Bundles in the home at the end. */
  held: number;
  /** Times that the reader that keeps its cursor itself was killed too. */
  readerKills: number;
  /** Of all readers: bundles that were never given, and that were given more than once. */
  lost: number;
  twice: number;
  /** Of the reader that has only its name, and is killed too: bundles given more than once. None is lost. */
  twiceByName: number;
}

interface Options {
  kills: number;
  seed: number;
  /** Whether readers go on where they were; without it the test has to fail. */
  resumes?: boolean;
  progress?: (text: string) => void;
}

interface Line {
  id: string;
  cursor: string;
}

/** Bundles per request, and requests on their way at a time. */
const BATCH = 20;
const UNDER_WAY = 2;
/** A kill comes so long after the first answer of a round, at most. */
const MOST_MS = 250;
/** Every so many rounds it may come before the first answer too, while readers come back. */
const KILL_EARLY_EVERY = 4;
/** Every so many rounds the readers that can be killed are killed with the node. */
const KILL_READERS_EVERY = 2;

/**
 * Kills a node at random moments while it publishes and three readers follow: one has a name and stays; one keeps the
 * cursor of the last whole line in its file, and is killed too; one has only a name and is killed too.
 */
export async function readerKillRounds(stage: Stage, options: Options): Promise<ReaderReport> {
  const { kills, seed, resumes = true, progress = () => {} } = options;
  const random = seeded(seed);
  const home = stage.path("home");
  let published = 0;
  let readerKills = 0;

  const follow = (...args: string[]): Program => {
    return stage.start(["tail", "--follow", "--json", "--home", home, ...args]);
  };
  const first = await stage.run("home");
  const stays = follow("--causal", ...(resumes ? ["--name", "stays"] : ["--from-start"]));
  const file = new Lines(stage.path("since.log"));
  const names = new Lines(stage.path("names.log"));
  const killable = (): Program[] => [
    file.from(follow(...since(resumes ? file.last() : undefined))),
    names.from(follow(...(resumes ? ["--name", "killed"] : ["--from-start"]))),
  ];
  let readers = killable();
  await first.program.stop("SIGKILL");

  for (let round = 1; round <= kills; round++) {
    const { program } = await serve(stage);
    const client = (await ControlClient.connect(home))!;
    const isEarly = round % KILL_EARLY_EVERY === 0;
    const killsReaders = round % KILL_READERS_EVERY === 0;
    // Whoever had read nothing yet could repeat nothing.
    if (killsReaders && !isEarly) await until("a reader has begun", () => file.ids().length > 0);
    let answered: () => void;
    const firstAnswer = new Promise<void>((resolve) => (answered = resolve));
    const publish = async (): Promise<void> => {
      for (;;) {
        const lines = Array.from({ length: BATCH }, () => `line ${++published}`);
        const payloads = lines.map((line) => Buffer.from(line).toString("base64"));
        await client.call("put", { payloads });
        answered();
      }
    };
    const publishing = Array.from({ length: UNDER_WAY }, publish);
    const atMs = random() * MOST_MS;
    const kill = (): void => {
      // Which of them dies first is left to chance.
      const victims = killsReaders ? [program, ...readers] : [program];
      victims.sort(() => random() - 0.5).forEach(({ child }) => child.kill("SIGKILL"));
    };
    if (isEarly) answered!();
    void firstAnswer.then(() => setTimeout(kill, atMs));
    await Promise.allSettled(publishing);
    await program.ended;
    if (killsReaders) {
      await Promise.all(readers.map(({ ended }) => ended));
      readers = killable();
      readerKills++;
    }
    if (round % 20 === 0) progress(`${round} kills, ${published} lines`);
  }

  const last = await serve(stage);
  const held = (await list(stage, home)).map(({ id }) => id);
  const given = [() => idsIn(stays.stdout), () => file.ids(), () => names.ids()];
  for (const ids of given) {
    await until("a reader has all", () => new Set(ids()).size >= held.length).catch(() => {});
  }
  // What comes twice comes now.
  await new Promise((resolve) => setTimeout(resolve, 500));
  const [byStaying, byCursor, byName] = given.map((ids) => tally(ids(), held));
  for (const reader of [stays, ...readers]) await reader.stop("SIGKILL");
  await last.program.stop();
  return {
    kills,
    seed,
    held: held.length,
    readerKills,
    lost: byStaying!.lost + byCursor!.lost + byName!.lost,
    twice: byStaying!.twice + byCursor!.twice,
    twiceByName: byName!.twice,
  };
}

/** A script's file: what its reader printed, whole lines only. */
class Lines {
  readonly #path: string;

  constructor(path: string) {
    this.#path = path;
    writeFileSync(path, "");
  }

  /** Appends what the program prints; cuts off a line that its death left unfinished. */
  from(program: Program): Program {
    const text = readFileSync(this.#path, "utf8");
    writeFileSync(this.#path, text.slice(0, text.lastIndexOf("\n") + 1));
    program.child.stdout.on("data", (chunk: Buffer) => appendFileSync(this.#path, chunk));
    return program;
  }

  last(): Line | undefined {
    const line = completeLines(readFileSync(this.#path, "utf8")).at(-1);
    return line === undefined ? undefined : (JSON.parse(line) as Line);
  }

  ids(): string[] {
    return idsIn(readFileSync(this.#path, "utf8"));
  }
}

function since(line: Line | undefined): string[] {
  return line === undefined ? ["--from-start"] : ["--since", line.cursor];
}

/** It takes the port of its last run again. */
function serve(stage: Stage): Promise<Serving> {
  return stage.run("home", [], []);
}

function idsIn(text: string): string[] {
  return completeLines(text).map((line) => (JSON.parse(line) as Line).id);
}

function tally(given: string[], held: string[]): { lost: number; twice: number } {
  const once = new Set(given);
  return { lost: held.filter((id) => !once.has(id)).length, twice: given.length - once.size };
}

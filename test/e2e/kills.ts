import {
  type Program,
  type Receipt,
  type Row,
  type Serving,
  type Stage,
  jsonLines,
  list,
  statusOf,
  until,
} from "./program.ts";
import { rejections } from "./four-processes.ts";

export interface KillReport {
  kills: number;
  seed: number;
  /** Bundles that `put` printed before it was cut off. */
  acknowledged: number;
  /** Times that a `put` was cut off before its end. */
  interrupted: number;
  /** Bundles in the victim's home at the end. */
  held: number;
  /** Acknowledged bundles that were not there after the restart. */
  lost: number;
  /** Global times that the victim gave to two bundles. */
  timesUsedTwice: number;
  /** Restarts after which the two homes did not become equal. */
  syncFailures: number;
  /** The longest that they took to become equal. */
  slowestSyncMs: number;
  /** What the nodes refused of each other, duplicates left out, and what they found damaged. */
  refused: Record<string, number>;
  /** Whether a newcomer that met only the victim got exactly what the victim holds. */
  servedWhole: boolean;
}

interface Options {
  kills: number;
  /** Bundles of each `put`: more than one batch. */
  lines: number;
  seed: number;
  progress?: (text: string) => void;
}

/** A start takes some 400 ms. */
const STARTING_MS = 500;
/** A `put` takes some 250 ms to begin and as long again: a kill in this span finds every state of it. */
const PUTTING_FROM_MS = 150;
const PUTTING_TO_MS = 750;
/** One in so many kills comes while the node starts; one in so many others hits a `put` without a node. */
const KILL_STARTING_EVERY = 4;
const KILL_ALONE_EVERY = 5;
/** Rounds between two checks of everything. */
const CHECK_EVERY = 20;
/** What the other node publishes in each round, so that the victim also receives when it is killed. */
const PEER_LINES = 40;

/** Kills a node at random moments while it publishes and syncs, and looks each time whether all promises are kept. */
export async function killRounds(stage: Stage, options: Options): Promise<KillReport> {
  return new Kills(stage, options).run();
}

class Kills {
  readonly #stage: Stage;
  readonly #options: Options;
  readonly #random: () => number;
  readonly #home: string;
  readonly #acknowledged = new Map<string, number>();
  /** Ids by author and global time, of everything that either node ever showed. */
  readonly #times = new Map<string, Set<string>>();
  readonly #report: KillReport;
  #published = 0;

  constructor(stage: Stage, options: Options) {
    this.#stage = stage;
    this.#options = options;
    this.#random = seeded(options.seed);
    this.#home = stage.path("victim");
    this.#report = {
      kills: 0,
      seed: options.seed,
      acknowledged: 0,
      interrupted: 0,
      held: 0,
      lost: 0,
      timesUsedTwice: 0,
      syncFailures: 0,
      slowestSyncMs: 0,
      refused: {},
      servedWhole: false,
    };
  }

  async run(): Promise<KillReport> {
    const { kills, progress = () => {} } = this.#options;
    const peer = await this.#stage.run("peer");
    const victim = await this.#victim([peer.ticket]);
    // Until it knows who may write, `put` refuses.
    await until("the victim knows the policy", async () => {
      return (await statusOf(this.#home)).overlays[0]?.policy === "open";
    });
    await victim.program.stop();
    for (let round = 1; round <= kills; round++) {
      await this.#kill(round, peer);
      this.#report.kills = round;
      if (round % CHECK_EVERY !== 0 && round !== kills) continue;
      await this.#check(peer);
      progress(`${round} kills: ${JSON.stringify(this.#report)}`);
    }
    await this.#serveNewcomer(peer);
    return this.#report;
  }

  async #kill(round: number, peer: Serving): Promise<void> {
    if (round % KILL_STARTING_EVERY === 0) return this.#killStarting();
    if (round % KILL_ALONE_EVERY === 0) return this.#killAlone();
    return this.#killServing(peer);
  }

  /** The node is killed while one `put` goes through it and another one arrives from elsewhere. */
  async #killServing(peer: Serving): Promise<void> {
    const feeding = this.#put(peer.home, PEER_LINES);
    const { program } = await this.#victim();
    const put = this.#put(this.#home, this.#options.lines);
    await sleep(this.#between(PUTTING_FROM_MS, PUTTING_TO_MS));
    await program.stop("SIGKILL");
    if (!(await this.#heard(put))) this.#report.interrupted++;
    await feeding.ended;
  }

  /** The node is killed while it starts. The `put` waits for it and then goes on by itself, on the same home. */
  async #killStarting(): Promise<void> {
    const node = this.#stage.start(["run", "--home", this.#home]);
    const put = this.#put(this.#home, this.#options.lines);
    await sleep(this.#between(0, STARTING_MS));
    await node.stop("SIGKILL");
    await this.#heard(put);
  }

  /** Nobody serves the home; the `put` itself is killed. */
  async #killAlone(): Promise<void> {
    const put = this.#put(this.#home, this.#options.lines);
    await sleep(this.#between(PUTTING_FROM_MS, PUTTING_TO_MS));
    put.child.kill("SIGKILL");
    if (!(await this.#heard(put))) this.#report.interrupted++;
  }

  #put(home: string, count: number): Program {
    const lines = Array.from({ length: count }, () => `line ${++this.#published}`);
    return this.#stage.start(["put", "--lines", "-", "--json", "--home", home], lines.join("\n"));
  }

  /** Remembers what was acknowledged; whether that was all. */
  async #heard(put: Program): Promise<boolean> {
    const { code, stdout } = await put.ended;
    for (const { id, globalTime } of jsonLines<Receipt>(stdout)) {
      this.#acknowledged.set(id, globalTime);
    }
    this.#report.acknowledged = this.#acknowledged.size;
    return code === 0;
  }

  #between(from: number, to: number): number {
    return from + this.#random() * (to - from);
  }

  /** Not told where to listen, it takes the port of its last run again, as users' nodes do. */
  #victim(tickets: string[] = []): Promise<Serving> {
    return this.#stage.run("victim", tickets, []);
  }

  async #check(peer: Serving): Promise<void> {
    // Before anybody else could give back what was lost.
    const alone = await list(this.#stage, this.#home);
    const held = new Map(alone.map(({ id, globalTime }) => [id, globalTime]));
    for (const [id, globalTime] of this.#acknowledged) {
      if (held.get(id) !== globalTime) this.#report.lost++;
    }
    const victim = await this.#victim();
    const equal = async (): Promise<boolean> => (await count(victim)) === (await count(peer));
    const before = performance.now();
    await until("both hold the same", equal).catch(() => this.#report.syncFailures++);
    this.#report.slowestSyncMs = Math.max(
      this.#report.slowestSyncMs,
      Math.round(performance.now() - before),
    );
    const [mine, theirs] = [
      await list(this.#stage, this.#home),
      await list(this.#stage, peer.home),
    ];
    if (!isSame(mine, theirs)) this.#report.syncFailures++;
    for (const row of [...alone, ...mine, ...theirs]) this.#sawTime(row);
    this.#report.timesUsedTwice = [...this.#times.values()].filter(({ size }) => size > 1).length;
    this.#report.held = mine.length;
    await this.#noteRefusals([victim, peer]);
    await victim.program.stop();
  }

  #sawTime({ id, author, globalTime }: Row): void {
    const key = `${author} ${globalTime}`;
    const ids = this.#times.get(key) ?? new Set();
    this.#times.set(key, ids.add(id));
  }

  async #noteRefusals(nodes: Serving[]): Promise<void> {
    const { "bundle rejected: duplicate": _, ...refused } = await rejections(nodes);
    Object.assign(this.#report.refused, refused);
  }

  /** Everything once more, to somebody who checks every signature and has nobody else to ask. */
  async #serveNewcomer(peer: Serving): Promise<void> {
    await peer.program.stop();
    const victim = await this.#victim();
    const [overlay] = victim.ticket.split("?");
    const port = victim.ready.listen[0]!.split(":").at(-1);
    const newcomer = await this.#stage.run("newcomer", [`${overlay}?at=127.0.0.1:${port}`]);
    await until(
      "the newcomer has all",
      async () => (await count(newcomer)) >= this.#report.held,
      120_000,
    );
    const rows = await list(this.#stage, newcomer.home);
    this.#report.servedWhole = isSame(rows, await list(this.#stage, this.#home));
    await this.#noteRefusals([victim, newcomer]);
  }
}

async function count({ home }: Serving): Promise<number> {
  return (await statusOf(home)).overlays[0]?.bundles ?? 0;
}

function isSame(a: Row[], b: Row[]): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** Mulberry32: a repeatable sequence of numbers from 0 to 1. */
function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

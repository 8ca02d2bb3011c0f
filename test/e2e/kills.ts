import { ControlClient } from "../../node/host/control/client.ts";
import {
  type Program,
  type Receipt,
  type Row,
  type Serving,
  type Stage,
  completeLines,
  jsonLines,
  list,
  statusOf,
  until,
} from "./program.ts";
import { faults } from "./four-processes.ts";
import { ticketAt } from "../helpers/ticket.ts";

export interface KillReport {
  kills: number;
  seed: number;
  /** Bundles that `put` printed before it was cut off. */
  acknowledged: number;
  /** Times that a kill hit a `put` before its end. */
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
  /** What the nodes refused of each other, and what they found damaged. */
  refused: Record<string, number>;
  /** Whether a newcomer that met only the victim got exactly what the victim holds. */
  servedWhole: boolean;
}

interface Options {
  kills: number;
  /** Bundles of each `put`, at most: more than one batch. */
  lines: number;
  seed: number;
  progress?: (text: string) => void;
}

/** Bundles per request, and requests on their way at a time: the disk is never without work. */
const BATCH = 50;
const UNDER_WAY = 3;
/** A kill comes so long after a randomly chosen acknowledgement, at most: a commit takes 5 to 50 ms. */
const AFTER_ACKNOWLEDGEMENT_MS = 40;
/** One in so many kills comes while the node starts; one in so many others hits a `put` without a node. */
const KILL_STARTING_EVERY = 4;
const KILL_ALONE_EVERY = 5;
/** A step takes 5 s and looks at one part of what is held. */
const SYNC_TIMEOUT_MS = 300_000;
/** Rounds between two checks of everything. */
const CHECK_EVERY = 50;
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
  /** How long the last undisturbed start took: machines differ, and so does what else they do. */
  #startMs = 0;

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

  /** The node is killed while bundles are put on it without a pause, and others arrive from its peer. */
  async #killServing(peer: Serving): Promise<void> {
    const feeding = this.#put(peer.home, PEER_LINES);
    const { program } = await this.#victim();
    const client = await ControlClient.connect(this.#home);
    const killAt = Math.floor((this.#random() * this.#options.lines) / BATCH);
    let answered = 0;
    const publish = async (): Promise<void> => {
      for (;;) {
        const payloads = this.#lines(BATCH).map((line) => Buffer.from(line).toString("base64"));
        for (const receipt of await client!.call("put", { payloads })) this.#acknowledge(receipt);
        if (++answered === killAt) void this.#moment().then(() => program.child.kill("SIGKILL"));
      }
    };
    if (killAt === 0) void this.#moment().then(() => program.child.kill("SIGKILL"));
    // All of them end by losing the node, and what it has not answered is not acknowledged.
    await Promise.allSettled(Array.from({ length: UNDER_WAY }, publish));
    this.#report.interrupted++;
    await program.ended;
    await feeding.ended;
  }

  /** The node is killed while it starts. The `put` waits for it and then goes on by itself, on the same home. */
  async #killStarting(): Promise<void> {
    const node = this.#stage.start(["run", "--home", this.#home]);
    const put = this.#put(this.#home, this.#options.lines);
    await sleep(this.#startMs * this.#random());
    await node.stop("SIGKILL");
    await this.#heard(put);
  }

  /** Nobody serves the home; the `put` itself is killed. */
  async #killAlone(): Promise<void> {
    const { lines } = this.#options;
    const put = this.#put(this.#home, lines);
    const killAt = Math.floor(this.#random() * lines);
    const printed = new Promise<void>((resolve) => {
      const look = (): void => {
        if (completeLines(put.stdout).length >= killAt) resolve();
      };
      put.child.stdout.on("data", look);
    });
    await Promise.race([printed, put.ended]);
    await sleep(this.#random() * 5);
    put.child.kill("SIGKILL");
    if (!(await this.#heard(put))) this.#report.interrupted++;
  }

  #put(home: string, count: number): Program {
    const args = ["put", "--lines", "-", "--json", "--home", home];
    return this.#stage.start(args, this.#lines(count).join("\n"));
  }

  #lines(count: number): string[] {
    return Array.from({ length: count }, () => `line ${++this.#published}`);
  }

  /** Remembers what was acknowledged; whether that was all. */
  async #heard(put: Program): Promise<boolean> {
    const { code, stdout } = await put.ended;
    jsonLines<Receipt>(stdout).forEach((receipt) => this.#acknowledge(receipt));
    return code === 0;
  }

  #acknowledge({ id, globalTime }: Receipt): void {
    this.#acknowledged.set(id, globalTime);
    this.#report.acknowledged = this.#acknowledged.size;
  }

  #moment(): Promise<void> {
    return sleep(this.#random() * AFTER_ACKNOWLEDGEMENT_MS);
  }

  /** Not told where to listen, it takes the port of its last run again, as users' nodes do. */
  async #victim(tickets: string[] = []): Promise<Serving> {
    const before = performance.now();
    const serving = await this.#stage.run("victim", tickets, []);
    this.#startMs = performance.now() - before;
    return serving;
  }

  async #check(peer: Serving): Promise<void> {
    // Before anybody else could give back what was lost.
    const alone = await list(this.#stage, this.#home);
    const held = new Map(alone.map(({ id, globalTime }) => [id, globalTime]));
    for (const [id, globalTime] of this.#acknowledged) {
      if (held.get(id) !== globalTime) this.#report.lost++;
    }
    const victim = await this.#victim();
    const before = performance.now();
    await until("both hold the same", () => this.#areSame(victim, peer), SYNC_TIMEOUT_MS).catch(
      () => this.#report.syncFailures++,
    );
    this.#report.slowestSyncMs = Math.max(
      this.#report.slowestSyncMs,
      Math.round(performance.now() - before),
    );
    const [mine, theirs] = [
      await list(this.#stage, this.#home),
      await list(this.#stage, peer.home),
    ];
    for (const row of [...alone, ...mine, ...theirs]) this.#sawTime(row);
    this.#report.timesUsedTwice = [...this.#times.values()].filter(({ size }) => size > 1).length;
    this.#report.held = mine.length;
    await this.#noteRefusals([victim, peer]);
    await victim.program.stop();
  }

  /** Equal counts can be chance: both may still be on their way. */
  async #areSame(a: Serving, b: Serving): Promise<boolean> {
    if ((await count(a)) !== (await count(b))) return false;
    return isSame(await list(this.#stage, a.home), await list(this.#stage, b.home));
  }

  #sawTime({ id, author, globalTime }: Row): void {
    const key = `${author} ${globalTime}`;
    const ids = this.#times.get(key) ?? new Set();
    this.#times.set(key, ids.add(id));
  }

  async #noteRefusals(nodes: Serving[]): Promise<void> {
    Object.assign(this.#report.refused, await faults(nodes));
  }

  /** Everything once more, to somebody who checks every signature and has nobody else to ask. */
  async #serveNewcomer(peer: Serving): Promise<void> {
    await peer.program.stop();
    const victim = await this.#victim();
    const port = victim.ready.listen[0]!.split(":").at(-1);
    const newcomer = await this.#stage.run("newcomer", [
      ticketAt(victim.ticket, `127.0.0.1:${port}`),
    ]);
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

/** But for when each bundle came, which is each node's own. */
function isSame(a: Row[], b: Row[]): boolean {
  const told = (rows: Row[]): string =>
    JSON.stringify(rows, (key, value) => (key === "came" ? undefined : value));
  return told(a) === told(b);
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** Mulberry32: a repeatable sequence of numbers from 0 to 1. */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

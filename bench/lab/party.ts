import type { ChildProcess } from "node:child_process";
import { createInterface } from "node:readline";
import type { Lab } from "./lab.ts";
import { ownProgram } from "./programs.ts";
import type { Host } from "./plan.ts";

export type Endpoint = [ip: string, port: number];

export interface Heard {
  at: number;
  from: Endpoint;
  text: string;
}

type Line = { opened: number } | Heard;

/** The handle of an `agent` that runs on a host of the lab. */
export class Party {
  readonly host: Host;
  readonly #child: ChildProcess;
  /** What nobody waited for. BOUNDED: by the datagrams of a self-check. */
  #unread: Line[] = [];
  /** BOUNDED: one per wait under way. */
  readonly #waiting = new Set<() => void>();

  constructor(lab: Lab, host: Host, echo = false) {
    this.host = host;
    const command = ownProgram("agent", ...(echo ? ["echo"] : []));
    this.#child = lab.spawn(host, command, { stdio: ["pipe", "pipe", "inherit"] });
    createInterface({ input: this.#child.stdout! }).on("line", (line) => {
      this.#unread.push(JSON.parse(line) as Line);
      for (const wake of this.#waiting) wake();
    });
  }

  /** Opens a socket; its port. */
  async open(port = 0): Promise<number> {
    this.#order({ open: port });
    const isOpened = (line: Line): line is { opened: number } => "opened" in line;
    return (await this.#next(isOpened, START_TIMEOUT_MS))!.opened;
  }

  send(from: number, to: Endpoint, text: string, ttl?: number): void {
    this.#order({ send: text, from, to, ttl });
  }

  /** The next datagram at a port that `accept` takes; undefined when none comes. Others are kept for later. */
  async hear(
    at: number,
    accept: (heard: Heard) => boolean,
    timeoutMs = HEAR_TIMEOUT_MS,
  ): Promise<Heard | undefined> {
    const wanted = (line: Line): line is Heard => "at" in line && line.at === at && accept(line);
    return this.#next(wanted, timeoutMs);
  }

  /** How many datagrams at a port are there that nobody waited for. */
  count(at: number): number {
    return this.#unread.filter((line) => "at" in line && line.at === at).length;
  }

  /** Asks an echoing party how it sees us; sends again until it answers. */
  async seenBy(from: number, observer: Endpoint): Promise<Endpoint | undefined> {
    const isAnswer = ({ from: [ip, port] }: Heard) => ip === observer[0] && port === observer[1];
    for (let tries = 0; tries < MAX_ASKS; tries++) {
      this.send(from, observer, "who am I?");
      const answer = await this.hear(from, isAnswer);
      if (answer === undefined) continue;
      const [ip = "", port] = answer.text.split(" ");
      return [ip, Number(port)];
    }
    return undefined;
  }

  end(): void {
    this.#child.stdin?.end();
  }

  #order(order: object): void {
    this.#child.stdin?.write(`${JSON.stringify(order)}\n`);
  }

  async #next<T extends Line>(
    wanted: (line: Line) => line is T,
    timeoutMs: number,
  ): Promise<T | undefined> {
    const end = performance.now() + timeoutMs;
    for (;;) {
      const found = this.#unread.find(wanted);
      if (found !== undefined) {
        this.#unread = this.#unread.filter((line) => line !== found);
        return found;
      }
      const left = end - performance.now();
      if (left <= 0) return undefined;
      await new Promise<void>((resolve) => {
        const wake = () => {
          clearTimeout(timer);
          this.#waiting.delete(wake);
          resolve();
        };
        const timer = setTimeout(wake, left);
        this.#waiting.add(wake);
      });
    }
  }
}

/** A process under load takes its time to start. */
const START_TIMEOUT_MS = 30_000;
/** Many round trips of 50 ms. */
const HEAR_TIMEOUT_MS = 600;
const MAX_ASKS = 3;

import type { Log } from "../log.ts";
import { type Served, type Tally, served, servedLine } from "./served.ts";

const MINUTE_MS = 60_000;
/** Minutes without anything served, after which the log says that this process is alive all the same. */
const QUIET_MINUTES = 60;

export interface MinutesPorts {
  log: Log;
  /** At which level minutes are told. */
  level: "info" | "debug";
  tally: () => Tally;
  /** Peers known now. */
  peers: () => number;
}

/** Tells in the log each minute what was served, and remembers it for the status. */
export class Minutes {
  readonly #ports: MinutesPorts;
  readonly #timer: NodeJS.Timeout;
  /** As of the beginning of this minute, and of the one before. */
  #current: Tally;
  #previous: Tally;
  #quiet = 0;

  constructor(ports: MinutesPorts) {
    this.#ports = ports;
    this.#current = this.#previous = ports.tally();
    this.#timer = setInterval(() => this.minute(), MINUTE_MS).unref();
  }

  /** In the last minute or two: since the start, or since the beginning of the minute before this one. */
  recent(): Served {
    return served(this.#previous, this.#ports.tally());
  }

  /** A minute is over. */
  minute(): void {
    const { log, level, tally, peers } = this.#ports;
    this.#previous = this.#current;
    this.#current = tally();
    const line = servedLine(served(this.#previous, this.#current), peers());
    this.#quiet = line === undefined ? this.#quiet + 1 : 0;
    if (line !== undefined) log[level]("served in the last minute", line);
    else if (this.#quiet % QUIET_MINUTES === 0) log[level]("quiet: nothing was served for an hour");
  }

  close(): void {
    clearInterval(this.#timer);
  }
}

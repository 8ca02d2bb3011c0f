import type { DialectName } from "./dialects.ts";
import { Party, programBeside } from "./party.ts";

/** Of which each needs a socket: some systems let a process have 20,000. */
const MAX_CLIENTS_OF_PROCESS = 18_000;

/** Where a machine has fewer processors than that, clients that never sleep together get one, and the server one. */
const NICENESS_OF_SEVERAL = 5;

export interface Greeting {
  dialect: DialectName;
  port: number;
}

/**
 * How clients ask. `closed`: so many questions are under way at a time, what is answered lets the next client ask, and
 * clients never sleep. `open`: they ask at a rate of their own, and sleep in between; then the system wakes them when
 * an answer comes, at the expense of whoever sent it.
 */
export type Way = "closed" | "open";

export interface Asking {
  way: Way;
  /** Questions at a time in a closed loop, of all clients. */
  underWay: number;
  /** Questions per second in an open loop, of all clients. */
  rate: number;
  seconds: number;
}

export type Measuring = Asking & { server: number };
export type CallersOrder = { greet: Greeting } | { measure: Measuring } | string;

/** What came to clients, in `seconds`. */
export interface Measured {
  seconds: number;
  asked: number;
  /** Answers that name somebody. */
  answers: number;
  punctureRequests: number;
  others: number;
  /** Questions asked once more, since nothing came for long. */
  repeated: number;
}

/** Clients at addresses of their own, which take turns; in as many processes as the system wants for their sockets. */
export class Crowd {
  readonly #callers: Party[] = [];
  /** BOUNDED: by the servers of a comparison. */
  #servers = 0;

  constructor(addresses: number, overlays: number) {
    const processes = Math.ceil(addresses / MAX_CLIENTS_OF_PROCESS);
    const niceness = processes > 1 ? NICENESS_OF_SEVERAL : 0;
    let first = 0;
    for (let left = processes; left > 0; left--) {
      const count = Math.ceil((addresses - first) / left);
      const program = programBeside(import.meta.url, "callers");
      this.#callers.push(new Party(program, first, count, overlays, niceness));
      first += count;
    }
  }

  async open(): Promise<void> {
    await Promise.all(this.#callers.map((caller) => caller.hears("opened")));
  }

  /** All clients learn what they need to ask the server; returns its number. */
  async greet(greeting: Greeting): Promise<number> {
    // One after the other: no server's buffer holds the greetings of all.
    for (const caller of this.#callers) {
      caller.say({ greet: greeting });
      await caller.hears("greeted");
    }
    return this.#servers++;
  }

  async measure({ underWay, rate, ...asking }: Measuring): Promise<Measured> {
    const processes = this.#callers.length;
    const share = { underWay: Math.ceil(underWay / processes), rate: rate / processes };
    for (const caller of this.#callers) caller.say({ measure: { ...asking, ...share } });
    const told = await Promise.all(this.#callers.map((caller) => caller.hears("measured")));
    const sum = (name: keyof Measured): number =>
      told.reduce((total, measured) => total + Number(measured[name]), 0);
    return {
      seconds: sum("seconds") / processes,
      asked: sum("asked"),
      answers: sum("answers"),
      punctureRequests: sum("punctureRequests"),
      others: sum("others"),
      repeated: sum("repeated"),
    };
  }

  async stop(): Promise<void> {
    await Promise.all(this.#callers.map((caller) => caller.stop()));
  }
}

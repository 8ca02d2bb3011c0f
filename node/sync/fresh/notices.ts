import { BoundedMap } from "../../../candidates/bounded-map.ts";
import type { Validation } from "../../../candidates/validation.ts";
import type { Address } from "../../../wire/address.ts";
import { MAX_NOTICED } from "../../../wire/limits.ts";
import type { Notice } from "../../../wire/message.ts";
import type { Context } from "../../core/context.ts";
import { Alarm } from "../../core/timers.ts";
import type { Scope } from "../../net/scope.ts";
import type { Load } from "./load.ts";
import { type Name, writeName } from "./names.ts";

export type Said = "have" | "got" | "want";

/** As many as a table of candidates holds. */
const MAX_CONTACTS = 1_024;

/** Somebody who is told, and the socket by which. */
export interface Contact {
  readonly address: Address;
  readonly via: number;
}

interface Open {
  readonly to: Contact;
  /** From then on it may leave; at once, when something is wanted. */
  readonly dueMs: number;
  wants: number;
  /** BOUNDED: by MAX_NOTICED. */
  readonly said: Map<Name, Said>;
}

/** What is to be said to contacts: of each input one datagram to each, and less often where nothing is wanted. */
export class Notices {
  readonly #ctx: Context;
  readonly #scope: Scope;
  readonly #validation: Validation;
  readonly #load: Load;
  /** By address. BOUNDED: by the candidates. */
  readonly #open = new Map<string, Open>();
  /** When the last one left. BOUNDED: by MAX_CONTACTS. */
  readonly #sentMs = new BoundedMap<string, number>(MAX_CONTACTS);
  /** Nothing that is open is due before. */
  #nextMs = Infinity;
  readonly #due: Alarm;

  constructor(parts: { ctx: Context; scope: Scope; validation: Validation; load: Load }) {
    this.#ctx = parts.ctx;
    this.#scope = parts.scope;
    this.#validation = parts.validation;
    this.#load = parts.load;
    // Whatever is due leaves at the end of the input.
    this.#due = new Alarm(parts.ctx.timers, "notices", () => undefined);
  }

  say(what: Said, name: Name, to: Contact): void {
    const { key } = to.address;
    let open = this.#open.get(key);
    if (open === undefined) {
      const dueMs = (this.#sentMs.get(key) ?? -Infinity) + this.#load.intervalMs(this.#ctx.now);
      this.#open.set(key, (open = { to, dueMs, wants: 0, said: new Map() }));
    }
    const before = open.said.get(name);
    if (before === undefined && open.said.size >= MAX_NOTICED) return;
    if (before === "want") open.wants--;
    if (what === "want") open.wants++;
    this.#nextMs = Math.min(this.#nextMs, open.wants > 0 ? -Infinity : open.dueMs);
    open.said.set(name, what);
  }

  /** Sends what is due. */
  flush(): void {
    const { now } = this.#ctx;
    // Nearly always: most inputs say something, and it leaves later.
    if (now < this.#nextMs) return this.#due.set(this.#nextMs);
    this.#nextMs = Infinity;
    for (const [key, { to, dueMs, wants, said }] of this.#open) {
      if (now < dueMs && wants === 0) {
        this.#nextMs = Math.min(this.#nextMs, dueMs);
        continue;
      }
      this.#open.delete(key);
      this.#sentMs.set(key, now);
      this.#send(to, said);
    }
    this.#due.set(this.#nextMs);
  }

  clear(): void {
    this.#open.clear();
    this.#nextMs = Infinity;
    this.#due.cancel();
  }

  #send({ address, via }: Contact, said: ReadonlyMap<Name, Said>): void {
    const token = this.#validation.grantFrom(address, this.#ctx.now);
    if (token === undefined) return;
    const notice: Notice = { kind: "notice", token, have: [], got: [], want: [] };
    for (const [name, what] of said) notice[what].push(writeName(name));
    this.#scope.send(address, via, notice);
  }
}

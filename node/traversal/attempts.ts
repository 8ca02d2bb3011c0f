import type { CandidateTable } from "../../candidates/table.ts";
import { Attempt, type AttemptRole, type Naming } from "../../nat/attempt.ts";
import { equalBytes } from "../../wire/bytes.ts";
import type { Address } from "../../wire/address.ts";
import { scopeOf } from "../../wire/scope.ts";
import type { Context } from "../context.ts";

/** More than a walk is introduced to within ATTEMPT_LIFETIME_MS, in both roles. */
const MAX_ATTEMPTS = 256;

/** The attempts of one overlay, by the other side's instance. */
export class Attempts {
  readonly #ctx: Context;
  readonly #table: CandidateTable;
  /** Oldest first. BOUNDED: by MAX_ATTEMPTS, each for ATTEMPT_LIFETIME_MS unless it is searched. */
  readonly #attempts = new Map<string, Attempt>();

  constructor(ctx: Context, table: CandidateTable) {
    this.#ctx = ctx;
    this.#table = table;
  }

  get(instance: string): Attempt | undefined {
    return this.#attempts.get(instance);
  }

  delete(instance: string): void {
    this.#attempts.delete(instance);
  }

  clear(): void {
    this.#attempts.clear();
  }

  /** What `namer` says of an instance, for the attempt that it belongs to; undefined when there is nothing to be done. */
  named(
    instance: string,
    role: AttemptRole,
    naming: Naming,
    namer: Address,
    searched: Attempt | undefined,
  ): Attempt | undefined {
    const { now } = this.#ctx;
    this.#expire(searched);
    const known = this.#attempts.get(instance);
    if (known !== undefined && known.phase !== "over") {
      if (known.namedAgain(naming)) return known;
      this.#ctx.count("named at another address");
      return undefined;
    }
    const attempt = new Attempt(instance, role, naming, now);
    // Whoever seeks us has lost the path that we believe in.
    if (!naming.sought && this.#isContact(attempt, namer)) return undefined;
    this.#attempts.delete(instance);
    if (!this.#makeRoom(searched)) return undefined;
    this.#attempts.set(instance, attempt);
    return attempt;
  }

  #isContact(attempt: Attempt, namer: Address): boolean {
    const { now } = this.#ctx;
    const known = this.#table.sameInstance(attempt.instance, namer, now);
    if (known === undefined || !isPlaceOf(attempt, known.address)) return false;
    return this.#table.bucket(known.address, now) === "contacted";
  }

  /** False when there are too many, all by somebody whom the user named. */
  #makeRoom(searched: Attempt | undefined): boolean {
    if (this.#attempts.size < MAX_ATTEMPTS) return true;
    for (const [instance, attempt] of this.#attempts) {
      if (attempt.isCredible || attempt.demanded || attempt === searched) continue;
      return this.#attempts.delete(instance);
    }
    return false;
  }

  #expire(searched: Attempt | undefined): void {
    for (const [instance, attempt] of this.#attempts) {
      if (!attempt.hasLapsed(this.#ctx.now)) break;
      if (attempt !== searched) this.#attempts.delete(instance);
    }
  }
}

/** Whether an address may be the attempt's other side's: instances are claims. */
export function isPlaceOf({ address }: Attempt, { ip }: Address): boolean {
  return equalBytes(ip, address.ip) || scopeOf(ip) !== "global";
}

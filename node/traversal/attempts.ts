import type { CandidateTable } from "../../candidates/table.ts";
import { Attempt, type AttemptRole, type Naming } from "../../nat/attempt.ts";
import { equalBytes } from "../../wire/bytes.ts";
import type { Address } from "../../wire/address.ts";
import { scopeOf } from "../../wire/address-scope.ts";
import type { Context } from "../core/context.ts";

/** More than a walk is introduced to within ATTEMPT_LIFETIME_MS, in both roles. */
const MAX_ATTEMPTS = 256;

const FAMILIES = [4, 6] as const;

/** The attempts of one overlay: one for each run of a node, and each address family that it was named in. */
export class Attempts {
  readonly #ctx: Context;
  readonly #table: CandidateTable;
  /**
   * By instance and family, oldest first. BOUNDED: by MAX_ATTEMPTS, each for ATTEMPT_LIFETIME_MS unless it is searched.
   */
  readonly #attempts = new Map<string, Attempt>();

  constructor(ctx: Context, table: CandidateTable) {
    this.#ctx = ctx;
    this.#table = table;
  }

  get(instance: string, family: 4 | 6): Attempt | undefined {
    return this.#attempts.get(keyOf(instance, family));
  }

  /** Those to one run of a node that are not over. */
  underWay(instance: string): Attempt[] {
    return FAMILIES.map((family) => this.get(instance, family))
      .filter((attempt) => attempt !== undefined)
      .filter(({ phase }) => phase !== "over");
  }

  delete(instance: string): void {
    for (const family of FAMILIES) this.#attempts.delete(keyOf(instance, family));
  }

  clear(): void {
    this.#attempts.clear();
  }

  /**
   * What `namer` says of an instance, for the attempt that it belongs to; undefined when there is nothing to be done.
   */
  named(
    instance: string,
    role: AttemptRole,
    naming: Naming,
    namer: Address,
    searched: Attempt | undefined,
  ): Attempt | undefined {
    const { now } = this.#ctx;
    this.#expire(searched);
    const key = keyOf(instance, naming.address.family);
    const known = this.#attempts.get(key);
    if (known !== undefined && known.phase !== "over") {
      if (known.namedAgain(naming)) return known;
      this.#ctx.count("named at another address");
      return undefined;
    }
    const attempt = new Attempt(instance, role, naming, now);
    // Whoever seeks us has lost the path that we believe in.
    if (!naming.sought && this.#isContact(attempt, namer)) return undefined;
    this.#attempts.delete(key);
    if (!this.#makeRoom(searched)) return undefined;
    this.#attempts.set(key, attempt);
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
    for (const [key, attempt] of this.#attempts) {
      if (attempt.isCredible || attempt.demanded || attempt === searched) continue;
      return this.#attempts.delete(key);
    }
    return false;
  }

  #expire(searched: Attempt | undefined): void {
    for (const [key, attempt] of this.#attempts) {
      if (!attempt.hasLapsed(this.#ctx.now)) break;
      if (attempt !== searched) this.#attempts.delete(key);
    }
  }
}

function keyOf(instance: string, family: 4 | 6): string {
  return `${instance} ${family}`;
}

/** Whether an address may be the attempt's other side's: instances are claims. */
export function isPlaceOf({ address }: Attempt, { ip }: Address): boolean {
  const scope = scopeOf(ip);
  return equalBytes(ip, address.ip) || (scope !== "global" && scope !== "link");
}

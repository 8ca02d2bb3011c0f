import type { SignatureCheck } from "../../core/effects.ts";

/** Keeps the threads busy and no more: without a limit a flood takes memory and the loop's time. */
const MAX_IN_FLIGHT = 256;

interface Job {
  checks: SignatureCheck[];
  valid: boolean[];
  /** The first that is not being checked yet. */
  next: number;
  open: number;
  done: (valid: boolean[]) => void;
}

/**
 * Runs verify effects beside the event loop. Each job is answered once, when all its checks are done, and in the order
 * in which they came: threads overtake each other, and bundles that come in order would wait for what they follow.
 */
export class Verifier {
  /** Not answered yet. BOUNDED: by the engine, which limits what it has checked at a time. */
  readonly #jobs: Job[] = [];
  #inFlight = 0;
  readonly #check: (checks: readonly SignatureCheck[]) => Promise<boolean[]>;

  /** `check` answers one verdict per check. */
  constructor(check: (checks: readonly SignatureCheck[]) => Promise<boolean[]>) {
    this.#check = check;
  }

  /** `done` hears one verdict per check, in order; never before this returns. */
  add(checks: SignatureCheck[], done: (valid: boolean[]) => void): void {
    const valid = Array<boolean>(checks.length).fill(false);
    const job: Job = { checks, valid, next: 0, open: checks.length, done };
    this.#jobs.push(job);
    if (checks.length === 0) return queueMicrotask(() => this.#answer());
    this.#start();
  }

  get inFlight(): number {
    return this.#inFlight;
  }

  #start(): void {
    for (const job of this.#jobs) {
      const most = Math.min(job.checks.length - job.next, MAX_IN_FLIGHT - this.#inFlight);
      if (most > 0) void this.#run(job, most);
      if (this.#inFlight === MAX_IN_FLIGHT) return;
    }
  }

  /** The next so many of a job. */
  async #run(job: Job, count: number): Promise<void> {
    const first = job.next;
    job.next += count;
    this.#inFlight += count;
    try {
      const valid = await this.#check(job.checks.slice(first, job.next));
      for (let i = 0; i < count; i++) job.valid[first + i] = valid[i] === true;
    } catch {
      // What could not be checked is not valid; it will be offered to us again.
    }
    this.#inFlight -= count;
    job.open -= count;
    this.#answer();
    this.#start();
  }

  #answer(): void {
    while (this.#jobs[0]?.open === 0) {
      const { done, valid } = this.#jobs.shift()!;
      done(valid);
    }
  }
}

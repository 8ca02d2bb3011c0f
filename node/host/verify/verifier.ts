import type { SignatureCheck } from "../../core/effects.ts";

/** Keeps the threads busy and no more: without a limit a flood takes memory and the loop's time. */
const MAX_IN_FLIGHT = 256;

interface Job {
  checks: SignatureCheck[];
  valid: boolean[];
  next: number;
  open: number;
  done: (valid: boolean[]) => void;
}

/** Runs verify effects beside the event loop; each job is answered once, when all its checks are done. */
export class Verifier {
  /** BOUNDED: by the engine, which limits what it has checked at a time. */
  readonly #jobs: Job[] = [];
  #inFlight = 0;
  readonly #check: (check: SignatureCheck) => Promise<boolean>;

  constructor(check: (check: SignatureCheck) => Promise<boolean>) {
    this.#check = check;
  }

  /** `done` hears one verdict per check, in order; never before this returns. */
  add(checks: SignatureCheck[], done: (valid: boolean[]) => void): void {
    if (checks.length === 0) return queueMicrotask(() => done([]));
    const valid = Array<boolean>(checks.length).fill(false);
    this.#jobs.push({ checks, valid, next: 0, open: checks.length, done });
    this.#start();
  }

  get inFlight(): number {
    return this.#inFlight;
  }

  #start(): void {
    while (this.#inFlight < MAX_IN_FLIGHT && this.#jobs.length > 0) {
      const job = this.#jobs[0]!;
      void this.#run(job, job.next++);
      if (job.next === job.checks.length) this.#jobs.shift();
    }
  }

  async #run(job: Job, i: number): Promise<void> {
    this.#inFlight++;
    try {
      job.valid[i] = await this.#check(job.checks[i]!);
    } catch {
      // What could not be checked is not valid; it will be offered to us again.
    }
    this.#inFlight--;
    if (--job.open === 0) job.done(job.valid);
    this.#start();
  }
}

import type { SignatureCheck } from "../../core/effects.ts";

/** Keeps the threads busy and no more: without a limit a flood takes memory and the loop's time. */
const MAX_IN_FLIGHT = 256;

interface Job {
  number: number;
  checks: SignatureCheck[];
  valid: boolean[];
  next: number;
  open: number;
}

/** Runs verify effects beside the event loop; each job is answered once, when all its checks are done. */
export class Verifier {
  /** BOUNDED: by the engine, which limits what it has checked at a time. */
  readonly #jobs: Job[] = [];
  #inFlight = 0;
  readonly #check: (check: SignatureCheck) => Promise<boolean>;
  readonly #done: (job: number, valid: boolean[]) => void;

  constructor(
    check: (check: SignatureCheck) => Promise<boolean>,
    done: (job: number, valid: boolean[]) => void,
  ) {
    this.#check = check;
    this.#done = done;
  }

  add(number: number, checks: SignatureCheck[]): void {
    if (checks.length === 0) return queueMicrotask(() => this.#done(number, []));
    const valid = Array<boolean>(checks.length).fill(false);
    this.#jobs.push({ number, checks, valid, next: 0, open: checks.length });
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
    if (--job.open === 0) this.#done(job.number, job.valid);
    this.#start();
  }
}

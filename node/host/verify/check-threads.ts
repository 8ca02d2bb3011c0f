import { availableParallelism } from "node:os";
import { extname } from "node:path";
import { Worker } from "node:worker_threads";
import type { SignatureCheck } from "../../core/effects.ts";
import { isPackable, packChecks } from "./check-batch.ts";
import { nativeCrypto } from "./native-crypto.ts";

/** More than so many cores have other work on most machines. */
const MAX_THREADS = 4;
/**
 * A batch keeps a thread busy for some 3 ms: long beside what handing it over costs, short beside what anybody waits
 * for.
 */
const MAX_BATCH = 32;
/** While a thread works on one batch, the next one lies ready: as soon as it is worth handing over. */
const BATCHES_PER_THREAD = 2;
const LEAST_AHEAD = MAX_BATCH / 2;
/** A thread that ends without an answer costs a start, 0.3 s of a processor, and so would the next one. */
const RESTART_PAUSE_MS = 60_000;
/**
 * The first checks of a process are made on the loop, where they take some 0.3 ms each: a thread needs 100 to 150 ms
 * until it answers, and a newcomer's first bundle would wait for it. So many: 10 ms of the loop's time, once.
 */
const FIRST_CHECKS = 32;

/** What is asked for together. */
interface Question {
  readonly valid: boolean[];
  /** Verdicts that are missing. */
  open: number;
  readonly done: (valid: boolean[]) => void;
}

/** A check, and where its verdict belongs. */
interface Job {
  readonly check: SignatureCheck;
  readonly question: Question;
  readonly at: number;
}

interface Thread {
  worker: Worker;
  /** Handed over and not answered yet, the oldest first. BOUNDED: by BATCHES_PER_THREAD. */
  batches: Job[][];
  hasAnswered: boolean;
}

/**
 * Checks signatures beside the event loop, in batches. Threads start with the first check and keep no process alive.
 */
export class CheckThreads {
  readonly #threads: Thread[] = [];
  readonly #limit: number;
  readonly #file: URL;
  /** BOUNDED: by whoever asks; a Verifier has a limit of its own. */
  #waiting: Job[] = [];
  #isPlanned = false;
  /** No thread is started before. */
  #pausedUntilMs = 0;
  /** How many of the first checks are left. */
  #first: number;

  /** `file`: what the threads run. `first`: how many checks are made before any of them is started. */
  constructor(
    limit = Math.min(MAX_THREADS, availableParallelism()),
    file = threadFile(),
    first = FIRST_CHECKS,
  ) {
    this.#limit = limit;
    this.#file = file;
    this.#first = first;
  }

  /** One verdict per check. Never rejects. */
  check(checks: readonly SignatureCheck[]): Promise<boolean[]> {
    return new Promise((done) => {
      const valid = checks.map(() => false);
      const question: Question = { valid, open: 0, done };
      checks.forEach((check, at) => {
        if (!isPackable(check)) return;
        question.open += 1;
        this.#waiting.push({ check, question, at });
      });
      if (question.open === 0) return done(valid);
      if (this.#isPlanned) return;
      this.#isPlanned = true;
      // What is asked for in one turn of the loop shares batches.
      queueMicrotask(() => {
        this.#isPlanned = false;
        this.#handOver();
      });
    });
  }

  #handOver(): void {
    const first = this.#waiting.splice(0, this.#first);
    this.#first -= first.length;
    this.#checkHere(first);
    const share = this.#share();
    while (this.#waiting.length > 0) {
      const thread = this.#free();
      if (thread === "none") return this.#checkHere(this.#takeWaiting());
      if (thread === undefined) return;
      const isIdle = thread.batches.length === 0;
      if (!isIdle && this.#waiting.length < LEAST_AHEAD) return;
      const batch = this.#waiting.splice(0, isIdle ? share : MAX_BATCH);
      const { bytes, lengths } = packChecks(batch.map(({ check }) => check));
      thread.batches.push(batch);
      thread.worker.ref();
      thread.worker.postMessage({ bytes, lengths }, [bytes.buffer]);
    }
  }

  /** Few checks are spread over all threads. */
  #share(): number {
    return Math.min(MAX_BATCH, Math.ceil(this.#waiting.length / this.#limit));
  }

  /**
   * The thread with the least to do, a new one before one that is busy; undefined: all have enough; "none": none can be
   * had.
   */
  #free(): Thread | "none" | undefined {
    let least: Thread | undefined;
    for (const thread of this.#threads)
      if (least === undefined || thread.batches.length < least.batches.length) least = thread;
    if (least?.batches.length === 0) return least;
    if (this.#threads.length < this.#limit && performance.now() >= this.#pausedUntilMs) {
      const started = this.#start();
      if (started !== undefined) return started;
    }
    if (least === undefined) return "none";
    return least.batches.length < BATCHES_PER_THREAD ? least : undefined;
  }

  /** Undefined when the system gives us no thread. */
  #start(): Thread | undefined {
    let worker: Worker;
    try {
      worker = new Worker(this.#file);
    } catch {
      return undefined;
    }
    const thread: Thread = { worker, batches: [], hasAnswered: false };
    worker.on("message", (valid: Uint8Array) => this.#answered(thread, valid));
    worker.on("error", () => this.#failed(thread));
    worker.unref();
    this.#threads.push(thread);
    return thread;
  }

  #answered(thread: Thread, valid: Uint8Array): void {
    thread.hasAnswered = true;
    const batch = thread.batches.shift();
    // It ended, and what it had was checked here: Node may tell of its end before it brings its last answer.
    if (batch === undefined) return;
    if (thread.batches.length === 0) thread.worker.unref();
    this.#handOver();
    batch.forEach((job, i) => answer(job, valid[i] === 1));
  }

  /** What a thread that ended had to check is checked here and now. */
  #failed(thread: Thread): void {
    if (!thread.hasAnswered) this.#pausedUntilMs = performance.now() + RESTART_PAUSE_MS;
    this.#threads.splice(this.#threads.indexOf(thread), 1);
    this.#checkHere([...thread.batches.splice(0).flat(), ...this.#takeWaiting()]);
  }

  #takeWaiting(): Job[] {
    const waiting = this.#waiting;
    this.#waiting = [];
    return waiting;
  }

  #checkHere(jobs: readonly Job[]): void {
    for (const job of jobs) {
      const { signature, message, publicKey } = job.check;
      answer(job, nativeCrypto.verify(signature, message, publicKey));
    }
  }
}

function answer({ question, at }: Job, isValid: boolean): void {
  question.valid[at] = isValid;
  if (--question.open === 0) question.done(question.valid);
}

function threadFile(): URL {
  return new URL(`./check-thread${extname(import.meta.url)}`, import.meta.url);
}

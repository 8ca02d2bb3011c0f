import { MAX_PUT_PAYLOADS, type Methods } from "../host/control/protocol.ts";

export type Published = Methods["put"]["result"][number];

/** Batches on their way at a time, so that the node signs some while the disk takes others. Below MAX_REQUESTS. */
const BATCHES_UNDER_WAY = 4;
/** Payloads that wait to be sent before no more are read: as many as are on their way. */
const MOST_WAITING = BATCHES_UNDER_WAY * MAX_PUT_PAYLOADS;

/** Where payloads go, and what becomes of them. */
export interface Outlet {
  send(batch: Uint8Array[]): Promise<Published[]>;
  /** Those of a batch, once they are on disk; in order. */
  published(batch: Published[]): Promise<void>;
}

/**
 * Publishes what a source gives, as it comes and in its order: at once what comes now and then, in batches what comes
 * faster than the disk takes it. After a failure, of the source too, nothing more is begun; what is on its way ends,
 * then it is thrown.
 */
export async function publishAll(
  source: AsyncIterable<Uint8Array[]>,
  outlet: Outlet,
): Promise<void> {
  const publishing = new Publishing(outlet);
  const portions = source[Symbol.asyncIterator]();
  try {
    while (!publishing.hasFailed) {
      const portion = await Promise.race([portions.next(), publishing.failing]);
      if (portion === undefined || portion.done === true) break;
      publishing.add(portion.value);
      await publishing.room();
    }
  } finally {
    // Not waited for: a source that waits for its next line ends with the process.
    portions.return?.().catch(() => {});
    await publishing.end();
  }
}

class Publishing {
  readonly #outlet: Outlet;
  /** BOUNDED: by MOST_WAITING and one portion. */
  readonly #waiting: Uint8Array[] = [];
  /** The batches on their way, one after the other. BOUNDED: by BATCHES_UNDER_WAY. */
  #order: Promise<void> = Promise.resolve();
  #underWay = 0;
  #failure: { error: unknown } | undefined;
  #fail!: (value: undefined) => void;
  #changed: (() => void) | undefined;
  /** Resolves when something fails. */
  readonly failing = new Promise<undefined>((resolve) => (this.#fail = resolve));

  constructor(outlet: Outlet) {
    this.#outlet = outlet;
  }

  get hasFailed(): boolean {
    return this.#failure !== undefined;
  }

  add(payloads: Uint8Array[]): void {
    for (const payload of payloads) this.#waiting.push(payload);
    this.#refill();
  }

  /** Resolves when more may be added, or it has failed. */
  async room(): Promise<void> {
    while (!this.hasFailed && this.#waiting.length >= MOST_WAITING) await this.#change();
  }

  /** Resolves when everything is published; rejects with what failed first. */
  async end(): Promise<void> {
    while (this.#underWay > 0) await this.#change();
    if (this.#failure !== undefined) throw this.#failure.error;
  }

  #change(): Promise<void> {
    return new Promise((resolve) => (this.#changed = resolve));
  }

  #refill(): void {
    while (!this.hasFailed && this.#waiting.length > 0 && this.#underWay < BATCHES_UNDER_WAY) {
      const batch = this.#waiting.splice(0, MAX_PUT_PAYLOADS);
      this.#underWay++;
      const outcome = Promise.allSettled([this.#outlet.send(batch)]);
      this.#order = this.#order.then(async () => this.#settle((await outcome)[0]));
    }
  }

  async #settle(outcome: PromiseSettledResult<Published[]>): Promise<void> {
    if (outcome.status === "fulfilled") await this.#outlet.published(outcome.value);
    else this.#failed(outcome.reason);
    this.#underWay--;
    this.#refill();
    this.#changed?.();
  }

  #failed(error: unknown): void {
    this.#failure ??= { error };
    this.#fail(undefined);
  }
}

import { setTimeout as sleep } from "node:timers/promises";
import { openSession } from "./daemon-session.ts";
import type { Session } from "./offline.ts";
import type { GlobalOptions } from "./options.ts";

/** So long nothing comes before a home that nobody serves is let go of: a node, or another command, may want it. */
const IDLE_MS = 250;
/** Where something always comes, it is let go of this often, */
const HOLD_MS = 2_000;
/** and for so long. Who waits for it looks each 50 ms, for 3 s. */
const PAUSE_MS = 150;

type Opened = Awaited<ReturnType<typeof openSession>>;

/**
 * For a command that works now and then, and stays for as long as its user likes: a node may come and go meanwhile.
 * While none serves the home, it is ours for as long as there is work.
 */
export class RecurringSession {
  readonly #options: GlobalOptions;
  #opened: Promise<Opened> | undefined;
  #isRunning = false;
  #openedMs = 0;
  #users = 0;
  #left: (() => void) | undefined;
  #idle: NodeJS.Timeout | undefined;
  #rest: Promise<void> | undefined;

  constructor(options: GlobalOptions) {
    this.#options = options;
  }

  /** Works are begun in the order of the calls, also at the same time. */
  async use<T>(work: (session: Session) => Promise<T>): Promise<T> {
    clearTimeout(this.#idle);
    if (this.#holdsTooLong) this.#letGo();
    await this.#rest;
    this.#users++;
    try {
      const { session } = await this.#open();
      return await work(session);
    } finally {
      this.#users--;
      this.#left?.();
      if (this.#users === 0 && !this.#isRunning) {
        this.#idle = setTimeout(() => this.#letGo(), IDLE_MS);
      }
    }
  }

  async close(): Promise<void> {
    clearTimeout(this.#idle);
    await this.#closeSession();
  }

  get #holdsTooLong(): boolean {
    const isHeld = this.#opened !== undefined && !this.#isRunning;
    return isHeld && performance.now() - this.#openedMs > HOLD_MS;
  }

  async #open(): Promise<Opened> {
    const before = await this.#opened;
    if (before?.session.isOpen === false) this.#opened = undefined;
    this.#opened ??= openSession(this.#options).then((opened) => {
      this.#isRunning = opened.isRunning;
      this.#openedMs = performance.now();
      return opened;
    });
    return this.#opened;
  }

  /** Whoever wants to work meanwhile waits. */
  #letGo(): void {
    const rest = async (): Promise<void> => {
      await this.#closeSession();
      await sleep(PAUSE_MS);
    };
    this.#rest ??= rest().finally(() => (this.#rest = undefined));
  }

  async #closeSession(): Promise<void> {
    while (this.#users > 0) await new Promise<void>((resolve) => (this.#left = resolve));
    const opened = this.#opened;
    this.#opened = undefined;
    const session = await opened?.then(
      (known) => known.session,
      () => undefined,
    );
    await session?.close();
  }
}

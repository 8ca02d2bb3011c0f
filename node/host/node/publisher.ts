import { type Bundle, type Draft, checkDraft } from "../../../wire/bundle.ts";
import type { EngineEvent } from "../../core/effects.ts";
import type { Input } from "../../core/inputs.ts";
import { EXIT, NOTHING_PUBLISHED, UserError } from "../errors.ts";

/** Drafts signed in one turn: 20 ms of signing, during which no datagram is looked at. */
const DRAFTS_PER_INPUT = 512;

interface Waiter {
  resolve: (bundles: Bundle[]) => void;
  reject: (error: UserError) => void;
}

/** Publishing as a promise: matches the engine's answers to what was asked. */
export class Publisher {
  readonly #input: (input: Input) => void;
  /** BOUNDED: the engine refuses when too many bundles wait for the disk. */
  readonly #waiting = new Map<number, Waiter>();
  #references = 0;

  constructor(input: (input: Input) => void) {
    this.#input = input;
  }

  /**
   * Resolves once all are on disk. Rejects with a UserError; of a draft that cannot be published, before any is. Up to
   * DRAFTS_PER_INPUT are published together or not at all; its hint says how many of more were.
   */
  async publish(overlay: string, drafts: Draft[]): Promise<Bundle[]> {
    drafts.forEach((draft, i) => {
      const mistake = checkDraft(draft);
      if (mistake === undefined) return;
      const which = drafts.length === 1 ? "" : ` (number ${i + 1} of ${drafts.length})`;
      throw new UserError(mistake + which, NOTHING_PUBLISHED, EXIT.usage);
    });
    const bundles: Bundle[] = [];
    for (let at = 0; at < drafts.length; at += DRAFTS_PER_INPUT) {
      const some = await this.#publish(overlay, drafts.slice(at, at + DRAFTS_PER_INPUT)).catch(
        (error: unknown) => {
          throw at > 0 && error instanceof UserError ? cutShort(error, at, drafts.length) : error;
        },
      );
      for (const bundle of some) bundles.push(bundle);
    }
    return bundles;
  }

  #publish(overlay: string, drafts: Draft[]): Promise<Bundle[]> {
    const reference = ++this.#references;
    return new Promise((resolve, reject) => {
      this.#waiting.set(reference, { resolve, reject });
      this.#input({ kind: "publish", overlay, reference, drafts });
    });
  }

  heard(event: EngineEvent): void {
    if (event.event !== "published" && event.event !== "refused") return;
    const waiter = this.#waiting.get(event.reference);
    this.#waiting.delete(event.reference);
    if (event.event === "published") waiter?.resolve(event.bundles);
    else waiter?.reject(new UserError(`not published: ${event.reason}`, NOTHING_PUBLISHED));
  }

  close(): void {
    const error = new UserError("the node was closed before this was on disk", "Publish it again.");
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#waiting.clear();
  }
}

function cutShort({ message, exitCode }: UserError, done: number, total: number): UserError {
  return new UserError(message, `The first ${done} of ${total} were published.`, exitCode);
}

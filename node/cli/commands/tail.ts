import { setTimeout as sleep } from "node:timers/promises";
import { type Command, Option } from "commander";
import type { ControlClient } from "../../host/control/control.ts";
import type { Methods } from "../../host/control/protocol.ts";
import { EXIT, UserError, messageOf } from "../../host/errors.ts";
import type { DeliveryRow } from "../../host/status/rows.ts";
import { bundleJson, bundleLine, deliveryJson } from "../bundle-view.ts";
import { withDaemon, withSession } from "../daemon-session.ts";
import type { Session } from "../offline.ts";
import { examples, optionsOf, overlayOption, parseTopicOption, wholeNumber } from "../options.ts";
import type { OverlayOptions } from "../options.ts";
import { endWithReader, say, write } from "../output.ts";

interface TailOptions extends OverlayOptions {
  topic?: string;
  author?: string;
  all?: boolean;
  number?: number;
  fromStart?: boolean;
  since?: string;
  name?: string;
  causal?: boolean;
  follow?: boolean;
  forget?: boolean;
}

type TailParams = Methods["tail"]["params"];

/** As `tail` of Unix. */
const DEFAULT_NUMBER = 10;
/** Between two looks whether the node is back. */
const RETRY_MS = 500;

export function registerTail(program: Command): Command {
  return program
    .command("tail")
    .description("print the newest bundles, then every new one as it arrives")
    .addOption(
      new Option("-n, --number <count>", `so many of those held (default: ${DEFAULT_NUMBER})`)
        .argParser(wholeNumber(0))
        .conflicts(["fromStart", "since"]),
    )
    .addOption(new Option("--from-start", "all of those held").conflicts("since"))
    .option("--since <cursor>", "what came after the line of --json that has this cursor")
    .option(
      "--name <reader>",
      "go on where this reader stopped, which the home remembers; a new one begins with the oldest",
    )
    .option("--topic <name>", "only those under this topic", parseTopicOption)
    .option("--author <name>", "only those by this author: a name, or the first digits of a key")
    .option("-a, --all", "what the program says, too: policies, grants, names")
    .option("--causal", "nothing before what it follows, which is waited for up to a minute")
    .option("--follow", "stay when the node ends, and go on when it is back")
    .option("--no-follow", "end when everything held is printed; needs no running node")
    .addOption(new Option("--forget", "forget where the reader of --name stopped, and end"))
    .addOption(overlayOption())
    .addHelpText(
      "after",
      examples(
        "dispersy tail",
        "dispersy tail -n 0 --json",
        "dispersy tail --from-start --causal",
        "dispersy tail --follow --name reader1",
      ),
    )
    .action((_options, command: Command) => tail(optionsOf(command)));
}

async function tail(options: TailOptions): Promise<void> {
  const { name, follow } = options;
  const overlay = options.overlay === undefined ? {} : { overlay: options.overlay };
  if (options.forget) {
    if (name === undefined) throw new UserError("--forget needs --name", NAME_HINT, EXIT.usage);
    await withSession(options, (session) => session.call("forget", { ...overlay, name }));
    return;
  }
  const tailing = new Tailing(options, overlay);
  if (follow === false) {
    // A place is kept where the home can be written to.
    await withSession(options, (session) => tailing.print(session), {
      onlyReads: name === undefined,
    });
    return;
  }
  let isWatched = false;
  for (;;) {
    try {
      return await withDaemon(options, (daemon) => {
        if (!isWatched) endWithReader();
        isWatched = true;
        void tailing.hear(daemon);
        return tailing.print(daemon);
      });
    } catch (error) {
      const isAway = error instanceof UserError && error.exitCode === EXIT.noDaemon;
      if (follow !== true || !isAway) throw error;
      tailing.saysAway(error);
    }
    await sleep(RETRY_MS);
  }
}

const NAME_HINT = "Name the reader: dispersy tail --name NAME --forget";

/** Prints what comes, over one connection after the other. */
class Tailing {
  readonly #options: TailOptions;
  readonly #overlay: { overlay?: string };
  /** Where it is, since it began. */
  #cursor: string | undefined;
  #isAway = false;

  constructor(options: TailOptions, overlay: { overlay?: string }) {
    this.#options = options;
    this.#overlay = overlay;
  }

  /** Until the node goes or everything is printed. */
  async print(session: Session): Promise<void> {
    this.#isAway = false;
    const marks = new Marks(session, this.#overlay, this.#options.name);
    const restore = marks.beforeSignals();
    try {
      await session.call("tail", this.#params(), async (row) => {
        if (marks.isEnding) return;
        if (row.id !== undefined) await write(`${this.#line(row)}\n`);
        this.#cursor = row.cursor;
        if (row.id !== undefined) marks.add(row.cursor);
      });
    } finally {
      restore();
      await marks.done();
    }
  }

  /** Prints what is ephemeral, until the connection ends. */
  async hear(daemon: ControlClient): Promise<void> {
    const { json, topic, author } = this.#options;
    const chosen = {
      ...(topic !== undefined && { topic }),
      ...(author !== undefined && { author }),
    };
    await daemon
      .call("hear", { ...this.#overlay, ...chosen }, async (row) => {
        await write(`${json ? JSON.stringify(bundleJson(row)) : bundleLine(row)}\n`);
      })
      // Why it ended is told of what is kept.
      .catch(() => undefined);
  }

  /** Once for each time that it goes. */
  saysAway(error: UserError): void {
    if (!this.#isAway) say(`${error.message}; waiting for it`);
    this.#isAway = true;
  }

  #line(row: DeliveryRow): string {
    return this.#options.json ? JSON.stringify(deliveryJson(row)) : bundleLine(row);
  }

  #params(): TailParams {
    const { number, fromStart, name, causal = false, follow = true } = this.#options;
    const { topic, author, all } = this.#options;
    const since = this.#cursor ?? this.#options.since;
    const last = number ?? (name === undefined ? DEFAULT_NUMBER : undefined);
    const begin = since === undefined ? { fromStart: fromStart === true } : { since };
    return {
      ...this.#overlay,
      causal,
      follow,
      ...begin,
      ...(topic !== undefined && { topic }),
      ...(author !== undefined && { author }),
      ...(all && { all }),
      ...(name !== undefined && { name }),
      ...(last !== undefined && { last }),
    };
  }
}

/** Tells the node what a reader with a name has got, one telling at a time. */
class Marks {
  readonly #session: Session;
  readonly #params: { overlay?: string; name?: string };
  #newest: string | undefined;
  #telling: Promise<void> | undefined;
  isEnding = false;
  #isLate = false;

  constructor(session: Session, overlay: { overlay?: string }, name: string | undefined) {
    this.#session = session;
    this.#params = { ...overlay, ...(name !== undefined && { name }) };
  }

  /** The newest line that was written has this cursor. */
  add(cursor: string): void {
    const { name } = this.#params;
    if (name === undefined) return;
    this.#newest = cursor;
    this.#telling ??= this.#tell(name).finally(() => (this.#telling = undefined));
  }

  async done(): Promise<void> {
    await this.#telling;
  }

  /** A signal ends the process once the node knows what was printed; until the returned function is called. */
  beforeSignals(): () => void {
    if (this.#params.name === undefined) return () => {};
    const signals = ["SIGINT", "SIGTERM"] as const;
    const end = (signal: NodeJS.Signals): void => {
      this.isEnding = true;
      restore();
      void this.done().finally(() => process.kill(process.pid, signal));
    };
    const restore = (): void => signals.forEach((signal) => void process.off(signal, end));
    signals.forEach((signal) => process.on(signal, end));
    return restore;
  }

  async #tell(name: string): Promise<void> {
    while (this.#newest !== undefined) {
      const cursor = this.#newest;
      this.#newest = undefined;
      try {
        await this.#session.call("mark", { ...this.#params, name, cursor });
        this.#isLate = false;
      } catch (error) {
        // The next line tries again. When the node is gone, whoever waits for its bundles hears so.
        const isAway = error instanceof UserError && error.exitCode === EXIT.noDaemon;
        if (!isAway && !this.#isLate) say(messageOf(error));
        this.#isLate = !isAway;
      }
    }
  }
}

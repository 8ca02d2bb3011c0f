import type { Command } from "commander";
import type { ControlClient } from "../../host/control/control.ts";
import { EXIT, UserError } from "../../host/errors.ts";
import type { ProgressEvent } from "../../host/status/progress.ts";
import type { OverlayInfo } from "../../host/status/rows.ts";
import { applyConfigFile } from "../config.ts";
import { homeOf, isServed, withDaemon, withSession } from "../daemon-session.ts";
import { forHome } from "../command-name.ts";
import { examples, optionsOf, ticketFileOption } from "../options.ts";
import type { GlobalOptions } from "../options.ts";
import { say, writeJson, writeLine } from "../output.ts";
import { ProgressView } from "../progress-view.ts";
import { readTickets, sayLeadingNowhere } from "../tickets.ts";

interface JoinOptions extends GlobalOptions {
  ticketFile?: string;
  wait: boolean;
}

export function registerJoin(program: Command): Command {
  return program
    .command("join")
    .description("join overlays for good, also while the node is running; waits for the sync then")
    .argument("[ticket...]", "what another node printed; - reads tickets from standard input")
    .addOption(ticketFileOption())
    .option("--no-wait", "do not wait until somebody has answered and all bundles are here")
    .addHelpText(
      "after",
      examples(
        "dispersy join 'dispersy:1:…?at=192.0.2.1:6421'",
        "dispersy join --ticket-file invitation.txt",
        "dispersy join --no-wait --json - < ticket",
      ),
    )
    .action((tickets: string[], _options, command: Command) => join(tickets, command));
}

async function join(args: string[], command: Command): Promise<void> {
  const options = optionsOf<JoinOptions>(command);
  const tickets = await readTickets(args, options.ticketFile);
  if (tickets.length === 0) {
    const hint = "`dispersy status` on another machine prints one.";
    throw new UserError("there is no ticket to join with", hint, EXIT.usage);
  }
  const home = await homeOf(options);
  if (await isServed(home)) {
    return withDaemon(options, (daemon) => joinServed(daemon, tickets, options));
  }
  await withSession(
    options,
    async (session) => {
      for (const ticket of tickets) await print(await session.call("join", { ticket }), options);
    },
    { mayCreate: true },
  );
  // What a node that starts here begins from, too.
  applyConfigFile(command, home);
  if (command.getOptionValue("tracker") === undefined) sayLeadingNowhere(tickets);
  const run = forHome("dispersy run", options);
  say(`No node is running here: \`${run}\` starts it, and it looks for the others then.`);
}

async function joinServed(
  daemon: ControlClient,
  tickets: string[],
  options: JoinOptions,
): Promise<void> {
  const wait = new Wait(options);
  // Before they are joined, so that nothing is missed.
  const lost = options.wait ? daemon.call("watch", {}, (event) => wait.heard(event)) : undefined;
  const joined: string[] = [];
  for (const ticket of tickets) {
    const info = await daemon.call("join", { ticket });
    joined.push(info.overlay);
    await print(info, options);
  }
  const { overlays } = await daemon.call("status", {});
  const isLost = overlays.some(({ overlay, places }) => {
    return joined.includes(overlay) && places.length === 0;
  });
  if (isLost) sayLeadingNowhere(tickets);
  if (lost !== undefined) await Promise.race([wait.until(joined), lost]);
}

function print(info: OverlayInfo, { json }: JoinOptions): Promise<void> {
  if (json) return writeJson(info);
  return writeLine(`Joined  ${info.overlay}`);
}

/** Shows what becomes of overlays until it is known of all: all bundles are here, or they do not come. */
class Wait {
  readonly #options: JoinOptions;
  /** BOUNDED: by the tickets. */
  #awaited: Set<string> | undefined;
  /** What came before it was known what to wait for. BOUNDED: by what comes in a moment. */
  #early: ProgressEvent[] = [];
  #view: ProgressView | undefined;
  #mistake: string | undefined;
  #end: (failure?: UserError) => void = () => {};

  constructor(options: JoinOptions) {
    this.#options = options;
  }

  heard(event: ProgressEvent): void {
    if (this.#awaited === undefined) this.#early.push(event);
    else this.#show(event);
  }

  /** Rejects with a UserError of exit code 4 when nobody answers in one of them. */
  until(overlays: string[]): Promise<void> {
    this.#awaited = new Set(overlays);
    this.#view = new ProgressView(() => overlays.length > 1, this.#options);
    return new Promise((resolve, reject) => {
      this.#end = (failure) => (failure === undefined ? resolve() : reject(failure));
      for (const event of this.#early.splice(0)) this.#show(event);
    });
  }

  #show(event: ProgressEvent): void {
    if (this.#awaited?.has(event.overlay) !== true) return;
    if (this.#options.json) void writeJson(event);
    else this.#view!.show(event);
    const mistake = FAILURES[event.event];
    if (mistake === undefined && event.event !== "up-to-date") return;
    this.#mistake ??= mistake;
    this.#awaited.delete(event.overlay);
    if (this.#awaited.size > 0) return;
    this.#end(this.#mistake === undefined ? undefined : failure(this.#mistake, this.#options));
  }
}

/** Ends of the waiting that are no good ones. */
const FAILURES: { [Name in ProgressEvent["event"]]?: string } = {
  silence: "nobody has answered yet",
  alone: "nobody answers any more",
  stalled: "bundles are missing, and none comes",
  outdated: "this version is too old for the overlay",
};

function failure(mistake: string, options: JoinOptions): UserError {
  const status = forHome("dispersy status", options);
  const hint = `It is joined, and the node goes on trying; see what comes of it: ${status}`;
  return new UserError(mistake, hint, EXIT.timedOut);
}

import { setTimeout as sleep } from "node:timers/promises";
import type { Command } from "commander";
import { EXIT, type FailureCode, UserError } from "../../host/errors.ts";
import type { Status } from "../../host/status/node-status.ts";
import { forHome, typed } from "../command-name.ts";
import { connect, homeOf, withSession } from "../daemon-session.ts";
import { examples, optionsOf, ticketFileOption } from "../options.ts";
import type { GlobalOptions } from "../options.ts";
import { say, writeJson, writeLine } from "../output.ts";
import type { UpJson } from "../printed.ts";
import { listeningText } from "../status-view.ts";
import { readableLine } from "../service/log-view.ts";
import { hasSettings, runArguments } from "../service/run-arguments.ts";
import type { Service, Start } from "../service/service.ts";
import { addSettings } from "../settings.ts";
import { readTickets } from "../tickets.ts";

interface UpOptions extends GlobalOptions {
  ticketFile?: string;
}

/** A node with a large store on a slow disk is there within seconds. */
const START_TIMEOUT_MS = 60_000;
const LOOK_INTERVAL_MS = 100;
/** What a person reads at once, and enough for the error of a start that failed. */
const SHOWN_LINES = 10;

export function registerUp(program: Command): Command {
  const command = program
    .command("up")
    .description(
      "run the node for good: as a systemd user service, or in the background where there is none; " +
        "with tickets, join their overlays",
    )
    .argument("[ticket...]", "what another node printed; - reads tickets from standard input")
    .addOption(ticketFileOption());
  return addSettings(command, "up")
    .addHelpText(
      "after",
      examples(
        "dispersy up",
        "dispersy up 'dispersy:1:…?at=192.0.2.1:6421'",
        "dispersy up --tracker tracker.example.org:6421 --json",
      ),
    )
    .action((tickets: string[], _options, command: Command) => up(tickets, command));
}

async function up(args: string[], command: Command): Promise<void> {
  const options = optionsOf<UpOptions>(command);
  const home = await homeOf(options);
  const tickets = await readTickets(args, options.ticketFile);
  await join(options, tickets);
  const { serviceOf } = await import("../service/service-of.ts");
  const service = await serviceOf(home);
  const running = await statusOf(home);
  if (running !== undefined && hasSettings(command)) {
    const [down, again] = ["dispersy down", "dispersy up"].map((one) => forHome(one, options));
    say(`It keeps the settings that it was started with: ${down}, then ${again}.`);
  }
  const status = running ?? (await start(service, home, options, runArguments(command)));
  await (options.json
    ? writeJson(upJson(service, status, running === undefined))
    : writeLine(await upScreen(service, status, options, running === undefined)));
}

/** Before the start: so no ticket, which may be a secret, stands in a command or in a unit. */
async function join(options: UpOptions, tickets: readonly string[]): Promise<void> {
  if (tickets.length === 0) return;
  const work = async (session: Parameters<Parameters<typeof withSession>[1]>[0]): Promise<void> => {
    for (const ticket of tickets) await session.call("join", { ticket });
  };
  await withSession(options, work, { mayCreate: true });
}

async function statusOf(home: string): Promise<Status | undefined> {
  const client = await connect(home);
  try {
    return await client?.call("status", {});
  } finally {
    client?.close();
  }
}

/** Resolves once the node answers. Rejects with a UserError that says why it does not. */
async function start(
  service: Service,
  home: string,
  options: UpOptions,
  settings: string[],
): Promise<Status> {
  const { Home } = await import("../../host/home/home.ts");
  Home.prepare(home);
  const attempt = await service.start(["run", "--home", home, ...settings]);
  const end = performance.now() + START_TIMEOUT_MS;
  while (performance.now() < end) {
    const status = await statusOf(home);
    if (status !== undefined) {
      await service.established();
      return status;
    }
    const code = await attempt.ended();
    if (code !== undefined) {
      await service.stop();
      throw await failed(attempt, options, code);
    }
    await sleep(LOOK_INTERVAL_MS);
  }
  throw new UserError(
    `the node does not answer ${START_TIMEOUT_MS / 1_000} s after its start`,
    `See what it does: ${forHome("dispersy logs", options)}. \`${forHome("dispersy down", options)}\` ends it.`,
    EXIT.timedOut,
  );
}

/** With what it said at last: the error, and what to do next. */
async function failed(attempt: Start, options: UpOptions, code: number): Promise<UserError> {
  const lines = (await attempt.lines()).slice(-SHOWN_LINES);
  const at = lines.findLastIndex((line) => line.startsWith("error: "));
  const earlier = at === -1 ? lines : lines.slice(0, at);
  for (const line of earlier) say(await readableLine(line));
  const known = Object.values(EXIT).find((one) => one === code && code !== EXIT.done);
  const exitCode = (known as FailureCode | undefined) ?? EXIT.failed;
  if (at === -1) {
    const hint = `See what it said: ${forHome("dispersy logs", options)}`;
    return new UserError(`the node ended at its start, with ${code}`, hint, exitCode);
  }
  const [what = "", hint = ""] = lines.slice(at);
  return new UserError(`the node did not start: ${what.replace("error: ", "")}`, hint, exitCode);
}

function upJson(service: Service, status: Status, isNew: boolean): UpJson {
  const { pid, listen } = status;
  const overlays = status.overlays.map(({ overlay, ticket }) => ({ overlay, ticket }));
  return { event: "up", started: isNew, ...(isNew && service.json), pid, listen, overlays };
}

async function upScreen(
  service: Service,
  status: Status,
  options: UpOptions,
  isNew: boolean,
): Promise<string> {
  const head = isNew
    ? `The node is up: process ${status.pid}, ${service.name}.`
    : `The node is running already: process ${status.pid}.`;
  const overlays = status.overlays.map(
    ({ overlay, ticket }) => `\nOverlay  ${overlay}\nTicket   ${ticket}`,
  );
  const more = isNew ? [`\n${await service.stays(forHome("dispersy down", options))}`] : [];
  const [first = "", ...rest] = listeningText(status);
  const listening = first.toUpperCase() + rest.join("");
  return typed([head, listening, ...overlays, ...more].join("\n"));
}

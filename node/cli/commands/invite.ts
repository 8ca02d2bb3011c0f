import type { Command } from "commander";
import { examples, optionsOf, overlayOption } from "../options.ts";
import type { OverlayOptions } from "../options.ts";
import { say, writeJson, writeLine } from "../output.ts";
import { withSession } from "../daemon-session.ts";
import { sayWithoutPlaces } from "../tickets.ts";

export function registerInvite(program: Command): Command {
  return program
    .command("invite")
    .description("print a ticket that makes whoever joins with it a member")
    .addOption(overlayOption())
    .addHelpText("after", examples("dispersy invite", "dispersy invite --overlay 4f2a --json"))
    .action((_options, command: Command) => invite(optionsOf(command)));
}

async function invite(options: OverlayOptions): Promise<void> {
  const { overlay } = options;
  const { ticket, writers } = await withSession(options, (session) =>
    session.call("invite", overlay === undefined ? {} : { overlay }),
  );
  if (writers === "open") {
    say("Everybody may write in this overlay: no invitation is needed, this is its plain ticket.");
  }
  sayWithoutPlaces(ticket, options);
  if (options.json) return writeJson({ ticket });
  await writeLine(ticket);
  if (writers === "open") return;
  say("Keep it secret: whoever has this ticket can read and write.");
  say("Join with: dispersy run --ticket-file FILE, or dispersy run - (standard input)");
}

import type { Command } from "commander";
import { InvalidArgumentError } from "commander";
import { examples, optionsOf, overlayOption } from "../options.ts";
import type { OverlayOptions } from "../options.ts";
import { say, writeJson, writeLine } from "../output.ts";
import { withSession } from "../daemon-session.ts";

interface GrantOptions extends OverlayOptions {
  mayGrant?: boolean;
}

export function registerGrant(program: Command): Command {
  return program
    .command("grant")
    .description("let somebody write in a members overlay")
    .argument("<member>", "their public key: 64 hexadecimal characters", parseMember)
    .option("--may-grant", "let them grant others, too")
    .addOption(overlayOption())
    .addHelpText(
      "after",
      examples("dispersy grant 9c1e…(64 characters)", "dispersy grant 9c1e… --may-grant"),
    )
    .action((member: string, _options, command: Command) => grant(member, optionsOf(command)));
}

function parseMember(text: string): string {
  if (/^[0-9a-fA-F]{64}$/.test(text)) return text.toLowerCase();
  throw new InvalidArgumentError(
    "`dispersy init` and `dispersy status` print a node's member key.",
  );
}

async function grant(member: string, options: GrantOptions): Promise<void> {
  const { overlay } = options;
  const params = { member, write: true, grant: options.mayGrant === true };
  const { id, globalTime, writers } = await withSession(options, (session) =>
    session.call("grant", overlay === undefined ? params : { overlay, ...params }),
  );
  if (writers === "open") say("Everybody may write in this overlay: the grant changes nothing.");
  if (options.json) return writeJson({ id, globalTime });
  await writeLine(id);
}

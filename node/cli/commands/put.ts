import type { Command } from "commander";
import { MAX_PUT_PAYLOADS } from "../../host/control-protocol.ts";
import { UserError } from "../../host/errors.ts";
import { examples, optionsOf, overlayOption } from "../options.ts";
import type { OverlayOptions } from "../options.ts";
import { Progress, carryOnWithoutReader, writeJson, writeLine } from "../output.ts";
import { readPayloads } from "../payloads.ts";
import type { Session } from "../session.ts";
import { withSession } from "../session.ts";
import { count } from "../text.ts";

interface PutOptions extends OverlayOptions {
  file?: string;
  lines?: string;
}

export function registerPut(program: Command): Command {
  return program
    .command("put")
    .description("publish: one bundle, or one for each line of a file")
    .argument("[text]", "the payload; - reads it from standard input")
    .option("--file <file>", "the payload is this file, whole")
    .option("--lines <file>", "a bundle for each line of this file (- is standard input)")
    .addOption(overlayOption())
    .addHelpText(
      "after",
      examples(
        'dispersy put "hello"',
        "date | dispersy put -",
        "dispersy put --lines words.txt --json",
        "dispersy put -- --text-that-begins-with-dashes",
      ),
    )
    .action((text: string | undefined, _options, command: Command) =>
      put(text, optionsOf(command)),
    );
}

async function put(text: string | undefined, options: PutOptions): Promise<void> {
  const { file, lines } = options;
  const payloads = await readPayloads({
    ...(text === undefined ? {} : { text }),
    ...(file === undefined ? {} : { file }),
    ...(lines === undefined ? {} : { lines }),
  });
  carryOnWithoutReader();
  await withSession(options, (session) => publish(session, payloads, options));
}

/** Publishes in batches; each is printed once it is on disk. */
async function publish(
  session: Session,
  payloads: Uint8Array[],
  options: PutOptions,
): Promise<void> {
  const progress = new Progress();
  const overlay = options.overlay === undefined ? {} : { overlay: options.overlay };
  for (let done = 0; done < payloads.length; done += MAX_PUT_PAYLOADS) {
    if (payloads.length > MAX_PUT_PAYLOADS) {
      progress.show(`${done} of ${count(payloads.length, "bundle")} published`);
    }
    const batch = payloads.slice(done, done + MAX_PUT_PAYLOADS).map(toBase64);
    const published = await session
      .call("put", { ...overlay, payloads: batch })
      .catch((error: unknown) => Promise.reject(saysHowFar(error, done, payloads.length)))
      .finally(() => progress.clear());
    for (const { id, globalTime } of published) {
      await (options.json ? writeJson({ id, globalTime }) : writeLine(id));
    }
  }
}

function toBase64(payload: Uint8Array): string {
  return Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength).toString("base64");
}

function saysHowFar(error: unknown, done: number, total: number): unknown {
  if (done === 0 || !(error instanceof UserError)) return error;
  const message = `${error.message} (the first ${done} of ${count(total, "bundle")} were published)`;
  return new UserError(message, error.hint, error.exitCode);
}

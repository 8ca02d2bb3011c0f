import type { Command } from "commander";
import { MAX_PUT_PAYLOADS, type Methods } from "../../host/control/protocol.ts";
import { UserError } from "../../host/errors.ts";
import { examples, optionsOf, overlayOption } from "../options.ts";
import type { OverlayOptions } from "../options.ts";
import { Progress, carryOnWithoutReader, writeJson, writeLine } from "../output.ts";
import { readPayloads } from "../payloads.ts";
import type { Session } from "../offline.ts";
import { withSession } from "../daemon-session.ts";
import { count } from "../text.ts";

type Receipt = Methods["put"]["result"][number];

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
    .option(
      "--lines <file>",
      "a bundle for each line of this file but empty ones (- is standard input)",
    )
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

/** Batches on their way at a time, so that the node signs some while the disk takes others. Below MAX_REQUESTS. */
const BATCHES_UNDER_WAY = 4;

/** Publishes in batches; each is printed once it is on disk. After a failure nothing more is begun. */
async function publish(
  session: Session,
  payloads: Uint8Array[],
  options: PutOptions,
): Promise<void> {
  const progress = new Progress();
  const overlay = options.overlay === undefined ? {} : { overlay: options.overlay };
  const send = (from: number): Promise<Receipt[]> => {
    const batch = payloads.slice(from, from + MAX_PUT_PAYLOADS).map(toBase64);
    return session.call("put", { ...overlay, payloads: batch });
  };
  /** BOUNDED: by BATCHES_UNDER_WAY. */
  const underWay: Promise<PromiseSettledResult<Receipt[]>>[] = [];
  let [sent, done] = [0, 0];
  let failure: unknown;
  const refill = (): void => {
    while (sent < payloads.length && underWay.length < BATCHES_UNDER_WAY) {
      underWay.push(Promise.allSettled([send(sent)]).then(([outcome]) => outcome));
      sent += MAX_PUT_PAYLOADS;
    }
  };
  refill();
  for (let next = underWay.shift(); next !== undefined; next = underWay.shift()) {
    const outcome = await next;
    progress.clear();
    if (outcome.status === "rejected") failure ??= outcome.reason;
    else {
      done += outcome.value.length;
      await print(outcome.value, options);
    }
    if (failure !== undefined) continue;
    refill();
    if (sent < payloads.length)
      progress.show(`${done} of ${count(payloads.length, "bundle")} published`);
  }
  if (failure !== undefined) throw saysHowFar(failure, done, payloads.length);
}

async function print(published: Receipt[], { json }: PutOptions): Promise<void> {
  for (const { id, globalTime } of published) {
    await (json ? writeJson({ id, globalTime }) : writeLine(id));
  }
}

function toBase64(payload: Uint8Array): string {
  return Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength).toString("base64");
}

function saysHowFar(error: unknown, done: number, total: number): unknown {
  if (done === 0 || !(error instanceof UserError)) return error;
  const hint = `Of ${count(total, "bundle")}, ${count(done, "bundle")} were published: those whose ids were printed.`;
  return new UserError(error.message, hint, error.exitCode);
}

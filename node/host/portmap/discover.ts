import { setTimeout as sleep } from "node:timers/promises";
import type { Random } from "../../../wire/crypto.ts";
import type { Log } from "../log.ts";
import { GatewayChannel } from "./channel.ts";
import type { Mapper, Pace } from "./mapper.ts";
import { NatPmpMapper } from "./nat-pmp.ts";
import { PcpMapper } from "./pcp.ts";
import type { Place } from "./place.ts";
import { UpnpMapper } from "./upnp.ts";

/** The ways to ask one router, over sockets that are closed at the end. */
export interface Discovery {
  /** Those that it understands, the best first. */
  mappers: Mapper[];
  close(): Promise<void>;
}

/** Tries all three protocols at once. Nothing is mapped by that. Rejects when no socket is to be had. */
export async function discover(
  place: Place,
  { log, random, nonce, pace }: { log: Log; random: Random; nonce: Uint8Array; pace: Pace },
  signal: AbortSignal,
): Promise<Discovery> {
  const { internal, server, search } = place;
  const { host } = internal;
  const channel = await GatewayChannel.open(log, host, ({ key }) => key === server.key);
  const anyPort = await GatewayChannel.open(log, host, (from) => from.host === server.host);
  const close = async () => void (await Promise.all([channel.close(), anyPort.close()]));
  const stop = () => void close();
  signal.addEventListener("abort", stop);
  const pcp = new PcpMapper(channel, server, { internal, nonce, pace });
  const natPmp = new NatPmpMapper(channel, server, { internalPort: internal.port, pace });
  const at = { gateway: server.host, search };
  const found = await firstAnswers(
    [
      pcp.probe().then((speaks) => (speaks ? pcp : undefined)),
      natPmp.probe().then((speaks) => (speaks ? natPmp : undefined)),
      UpnpMapper.find(anyPort, at, { internal, random, pace }, signal),
    ],
    pace.graceMs,
  );
  // What was mapped later has to be given back after a stop.
  signal.removeEventListener("abort", stop);
  return { mappers: found, close };
}

/** What is there once all have answered, or a while after the first has; in the order of the questions. */
async function firstAnswers(
  questions: Promise<Mapper | undefined>[],
  graceMs: number,
): Promise<Mapper[]> {
  const found: (Mapper | undefined)[] = [];
  const enough = new Promise<void>((resolve) => {
    questions.forEach((question, i) => {
      void question.then(async (mapper) => {
        found[i] = mapper;
        if (mapper === undefined) return;
        await sleep(graceMs);
        resolve();
      });
    });
  });
  await Promise.race([enough, Promise.all(questions)]);
  return found.filter((mapper) => mapper !== undefined);
}

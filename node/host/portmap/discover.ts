import { setTimeout as sleep } from "node:timers/promises";
import type { Random } from "../../../wire/crypto.ts";
import type { Log } from "../log.ts";
import { GatewayChannel } from "./channel.ts";
import type { Mapper, Pace } from "./mapper.ts";
import { NatPmpMapper } from "./nat-pmp.ts";
import { PcpMapper } from "./pcp.ts";
import type { Place } from "./router-place.ts";
import { UpnpMapper } from "./upnp.ts";

/** The ways to ask one router, over sockets that are closed at the end. */
export interface Discovery {
  /**
   * Those that it understands, the best first: at once when it answered, others when it cannot answer in time any more.
   */
  mappers: AsyncIterable<Mapper>;
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
  const anyPort = await GatewayChannel.open(log, host, (from) => from.host === server.host).catch(
    async (error: unknown) => {
      await channel.close();
      throw error;
    },
  );
  const close = async () => void (await Promise.all([channel.close(), anyPort.close()]));
  const stop = () => void close();
  signal.addEventListener("abort", stop);
  const pcp = new PcpMapper(channel, server, { internal, nonce, pace });
  const natPmp = new NatPmpMapper(channel, server, { internalPort: internal.port, pace });
  const at = { gateway: server.host, search };
  const questions = nonRejecting([
    pcp.probe().then((speaks) => (speaks ? pcp : undefined)),
    natPmp.probe().then((speaks) => (speaks ? natPmp : undefined)),
    UpnpMapper.find(anyPort, at, { internal, random, pace }, signal),
  ]);
  // What was mapped later has to be given back after a stop.
  const decided = () => signal.removeEventListener("abort", stop);
  return { mappers: bestFirst(questions, pace.graceMs, decided), close };
}

/** A router that makes one of them fail in whatever way has not answered it. */
function nonRejecting(
  questions: readonly Promise<Mapper | undefined>[],
): Promise<Mapper | undefined>[] {
  return questions.map((question) => question.catch(() => undefined));
}

/**
 * The answers in the order of the questions; a while after the first one none is waited for. Calls `decided` before
 * each, and at the end.
 */
async function* bestFirst(
  questions: readonly Promise<Mapper | undefined>[],
  graceMs: number,
  decided: () => void,
): AsyncGenerator<Mapper> {
  const enough = new Promise<undefined>((resolve) => {
    for (const question of questions) {
      void question.then(async (mapper) => {
        if (mapper === undefined) return;
        await sleep(graceMs);
        resolve(undefined);
      });
    }
  });
  for (const question of questions) {
    const mapper = await Promise.race([question, enough]);
    if (mapper === undefined) continue;
    decided();
    yield mapper;
  }
  decided();
}

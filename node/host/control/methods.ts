import { Writable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import type { Bundle } from "../../../wire/bundle.ts";
import { toHex } from "../../../wire/bytes.ts";
import { Inflow } from "./inflow.ts";
import type { Params } from "./params.ts";
import { MAX_PUT_PAYLOADS, MAX_UNSENT_BYTES, type Method, type Methods } from "./protocol.ts";
import type { ByteStream } from "../carriers/pipe.ts";
import { UserError } from "../errors.ts";
import type { ListOptions, Node } from "../node/node.ts";
import { deliveryRow } from "../status/rows.ts";
import type { Delivery } from "../readers/reader.ts";
import { ReaderInUse, type ReadOptions } from "../readers/readers.ts";

/** Where the items of an answer go. */
export interface ItemStream {
  /** False once nobody listens any more. */
  readonly open: boolean;
  /** Resolves when the client keeps up. */
  send(item: unknown): Promise<void>;
  /** Sends without waiting; a client that does not keep up is disconnected. */
  push(item: unknown): void;
  /** Bytes sent that have not left. */
  readonly waiting: number;
  /** Resolves when nobody listens any more. */
  readonly closed: Promise<void>;
}

type Handlers = {
  [M in Method]: (
    node: Node,
    params: Params,
    items: ItemStream,
  ) => Methods[M]["result"] | Promise<Methods[M]["result"]>;
};

/** A client that was killed may be there for a moment still. */
const NAME_PATIENCE_MS = 1_000;
const NAME_RETRY_MS = 50;
/** What takes in the bytes that a client brings. */
interface Inlet {
  read(bytes: Uint8Array): unknown;
  ended(): void;
}

/** By number. BOUNDED: by MAX_REQUESTS of MAX_CONNECTIONS. */
const pipes = new Map<number, Inlet>();
let pipesOpened = 0;

/** What is for the moment waits for no reader that is so far behind: it would end what that is given besides. */
const MOST_UNHEARD_BYTES = MAX_UNSENT_BYTES / 8;
const MAX_PING_SECONDS = 3_600;
/** What a timer of the system takes: 24 days. */
const MAX_HELD_MS = 2 ** 31 - 1;

export const handlers: Handlers = {
  status: (node) => node.status(),
  peers: (node, params) => node.peers(params.optionalText("overlay")),

  ls: async (node, params, items) => {
    const overlay = node.resolve(params.optionalText("overlay"));
    const last = params.optionalCount("last");
    let count = 0;
    const since = params.optionalCount("since");
    const options = {
      ...selection(params),
      dataOnly: !params.flag("all"),
      ...(last !== undefined && { last }),
      ...(since !== undefined && { since }),
    };
    await node.names(overlay);
    for await (const bundle of node.listInTurns(overlay, options)) {
      if (!items.open) break;
      await items.send(node.row(overlay, bundle));
      count++;
    }
    return count;
  },

  tail: async (node, params, items) => {
    let count = 0;
    const options = tailOptions(params);
    const filter = await node.filter(options.overlay, selection(params));
    const give = async (delivery: Delivery): Promise<void> => {
      await began;
      count++;
      await items.send(deliveryRow(delivery, node.row(delivery.overlay, delivery.bundle)));
    };
    const reading = await whenFree(() => node.subscribe(give, { ...options, filter }));
    void items.closed.then(() => reading.close());
    const began = reading.begun.then((cursor) => items.send({ cursor }));
    await began;
    await reading.ended;
    return count;
  },

  mark: async (node, params) => {
    const [name, cursor] = [params.text("name"), params.text("cursor")];
    await node.markReader(params.optionalText("overlay"), name, cursor);
    return null;
  },

  forget: async (node, params) => {
    await node.forgetReader(params.optionalText("overlay"), params.text("name"));
    return null;
  },

  get: async (node, params) => {
    const overlay = params.optionalText("overlay");
    const topic = params.optionalText("topic");
    const author = params.optionalText("author");
    if (topic === undefined) {
      const found = node.get(params.text("id"), overlay);
      await node.names(found.overlay);
      return node.row(found.overlay, found.bundle);
    }
    const id = node.resolve(overlay);
    const by = author === undefined ? {} : { author };
    return node.row(id, await node.newest(topic, { overlay: id, ...by }));
  },

  put: async (node, params) => {
    const payloads = params.payloads("payloads", MAX_PUT_PAYLOADS);
    const expires = params.optionalCount("expires");
    const topic = params.optionalText("topic");
    const keep = params.optionalCount("keep");
    const receipt = params.flag("receipt");
    const options = {
      ...(expires !== undefined && { expires }),
      ...(topic !== undefined && { topic }),
      ...(keep !== undefined && { keep }),
      ...(receipt && { receipt }),
    };
    return (await node.put(params.optionalText("overlay"), payloads, options)).map(placed);
  },

  held: async (node, params) => {
    const bundles = params.bundles("bundles", MAX_PUT_PAYLOADS);
    const others = params.optionalCount("others") ?? 1;
    const timeoutMs = params.optionalCount("timeout", MAX_HELD_MS) ?? 0;
    const options = { others, timeoutMs };
    const holdings = await node.waitHeld(params.optionalText("overlay"), bundles, options);
    return holdings.map(({ by, missing }, i) => {
      return { id: toHex(bundles[i]!.id), heldBy: by, missing };
    });
  },

  names: async (node, params) => {
    const { overlay, member } = node.info(params.optionalText("overlay"));
    const names = await node.names(overlay);
    const authors = new Set([member, ...names.keys()]);
    return [...authors].map((author) => ({
      author,
      ...names.get(author),
      isOwn: author === member,
    }));
  },

  rename: async (node, params) => {
    const overlay = node.resolve(params.optionalText("overlay"));
    const { author } = await node.setName(overlay, params.text("name"));
    const names = await node.names(overlay);
    const key = toHex(author);
    return { author: key, ...names.get(key), isOwn: true };
  },

  say: async (node, params) => {
    const payloads = params.payloads("payloads", MAX_PUT_PAYLOADS);
    return (await node.say(params.optionalText("overlay"), payloads)).map(placed);
  },

  hear: async (node, params, items) => {
    const named = params.optionalText("overlay");
    const overlay = named === undefined ? undefined : node.resolve(named);
    const chosen = selection(params);
    const isChosen = Object.keys(chosen).length > 0 && (await node.filter(named, chosen));
    const unsubscribe = node.subscribe((event) => {
      if (event.event !== "ephemeral") return;
      if (overlay !== undefined && overlay !== event.overlay) return;
      if (isChosen && !isChosen(event.bundle)) return;
      if (items.waiting < MOST_UNHEARD_BYTES) items.push(node.row(event.overlay, event.bundle));
    });
    await items.closed;
    unsubscribe();
    return null;
  },

  grant: async (node, params) => {
    const permissions = { write: params.flag("write"), grant: params.flag("grant") };
    const overlay = node.resolve(params.optionalText("overlay"));
    const bundle = await node.grant(overlay, params.key("member"), permissions);
    return { ...placed(bundle), writers: node.writers(overlay) };
  },

  ping: (node, params) => {
    const overlay = params.optionalText("overlay");
    const seconds = params.optionalCount("timeout", MAX_PING_SECONDS);
    return node.ping(params.text("target"), {
      ...(overlay !== undefined && { overlay }),
      ...(seconds !== undefined && { timeoutMs: seconds * 1_000 }),
    });
  },

  invite: async (node, params) => {
    const overlay = node.resolve(params.optionalText("overlay"));
    return { ticket: await node.invite(overlay), writers: node.writers(overlay) };
  },
  create: (node, params) =>
    node.createOverlay({ members: params.flag("members"), public: params.flag("public") }),
  join: (node, params) => node.join(params.text("ticket")),

  leave: async (node, params) => {
    const overlay = node.resolve(params.text("overlay"));
    await node.leave(overlay);
    return { overlay };
  },

  overlays: (node) => node.allOverlays(),

  watch: async (node, _params, items) => {
    const end = node.watch((event) => items.push(event));
    await items.closed;
    end();
    return null;
  },

  pipe: (node, params, items) => {
    const overlay = params.optionalText("overlay");
    const stream: ByteStream = {
      write: (bytes) => items.push({ bytes: Buffer.from(bytes).toString("base64") }),
      get waiting() {
        return items.waiting;
      },
    };
    const number = ++pipesOpened;
    items.push({ pipe: number });
    const options = {
      follow: params.flag("follow"),
      note: (note: string) => items.push({ note }),
      ...(overlay !== undefined && { overlay }),
    };
    const pipe = node.pipe(stream, options);
    pipes.set(number, pipe);
    void items.closed.then(() => pipe.ended());
    return pipe.done.finally(() => pipes.delete(number));
  },

  feed: async (_node, params) => {
    const pipe = pipes.get(params.optionalCount("pipe") ?? 0);
    const bytes = params.optionalText("bytes");
    if (bytes === undefined) pipe?.ended();
    else await pipe?.read(Buffer.from(bytes, "base64"));
    return null;
  },

  export: async (node, params, items) => {
    const overlay = params.optionalText("overlay");
    const since = params.optionalCount("since") ?? params.optionalText("sinceCursor");
    const written = new Writable({
      write: (bytes: Buffer, _encoding, done) => {
        if (!items.open) return done(new UserError("nobody listens any more", "Ask again."));
        items.send({ bytes: bytes.toString("base64") }).then(() => done(), done);
      },
    });
    const options = {
      ...(overlay !== undefined && { overlay }),
      ...(since !== undefined && { since }),
    };
    if (!params.flag("theirs")) return node.exportTo(written, options);
    return fed(items, (theirs) => node.exportTo(written, { ...options, theirs }));
  },

  import: (node, params, items) => {
    const overlay = params.optionalText("overlay");
    const progress = (bundles: number): void => items.push({ bundles });
    return fed(items, (file) => {
      return node.importFrom(file, { progress, ...(overlay !== undefined && { overlay }) });
    });
  },

  stop: () => {
    // Once the answer is written.
    setImmediate(() => process.emit("SIGTERM", "SIGTERM"));
    return null;
  },
};

/** Does the work with what the client brings by `feed`; whoever goes has brought all. */
async function fed<T>(items: ItemStream, work: (from: Inflow) => Promise<T>): Promise<T> {
  const number = ++pipesOpened;
  const inflow = new Inflow();
  pipes.set(number, inflow);
  items.push({ pipe: number });
  void items.closed.then(() => inflow.ended());
  try {
    return await work(inflow);
  } finally {
    inflow.close();
    pipes.delete(number);
  }
}

function selection(params: Params): Pick<ListOptions, "topic" | "author"> {
  const [topic, author] = [params.optionalText("topic"), params.optionalText("author")];
  return { ...(topic !== undefined && { topic }), ...(author !== undefined && { author }) };
}

function tailOptions(params: Params): ReadOptions & { overlay?: string } {
  const [overlay, since, name] = ["overlay", "since", "name"].map((key) =>
    params.optionalText(key),
  );
  const last = params.flag("fromStart") ? Infinity : params.optionalCount("last");
  return {
    order: params.flag("causal") ? "causal" : "arrival",
    all: params.flag("all"),
    follow: params.flag("follow", true),
    marksItself: true,
    ...(overlay !== undefined && { overlay }),
    ...(since !== undefined && { since }),
    ...(name !== undefined && { name }),
    ...(last !== undefined && { last }),
  };
}

async function whenFree<T>(open: () => T): Promise<T> {
  const end = performance.now() + NAME_PATIENCE_MS;
  for (;;) {
    try {
      return open();
    } catch (error) {
      if (!(error instanceof ReaderInUse) || performance.now() >= end) throw error;
    }
    await sleep(NAME_RETRY_MS);
  }
}

function placed({ id, header }: Bundle): { id: string; globalTime: number } {
  return { id: toHex(id), globalTime: header.globalTime };
}

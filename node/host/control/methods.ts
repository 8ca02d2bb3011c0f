import type { Bundle } from "../../../wire/bundle.ts";
import { toHex } from "../../../wire/bytes.ts";
import type { Params } from "./params.ts";
import { MAX_PUT_PAYLOADS, type Method, type Methods } from "./protocol.ts";
import type { Node } from "../node/node.ts";
import { isData } from "../store/bundle-lookup.ts";
import { bundleRow } from "../status/rows.ts";

/** Where the items of an answer go. */
export interface ItemStream {
  /** False once nobody listens any more. */
  readonly open: boolean;
  /** Resolves when the client keeps up. */
  send(item: unknown): Promise<void>;
  /** Sends without waiting; a client that does not keep up is disconnected. */
  push(item: unknown): void;
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

/** Bundles that `tail` may begin with. They are sent before any new one. */
const MAX_TAIL_LAST = 1_000;
const MAX_PING_SECONDS = 3_600;

export const handlers: Handlers = {
  status: (node) => node.status(),
  peers: (node, params) => node.peers(params.optionalText("overlay")),

  ls: async (node, params, items) => {
    const overlay = node.resolve(params.optionalText("overlay"));
    const last = params.optionalCount("last");
    let count = 0;
    const options = { dataOnly: !params.flag("all"), ...(last !== undefined && { last }) };
    for await (const bundle of node.listInTurns(overlay, options)) {
      if (!items.open) break;
      await items.send(bundleRow(overlay, bundle));
      count++;
    }
    return count;
  },

  tail: async (node, params, items) => {
    const named = params.optionalText("overlay");
    const overlay = named === undefined ? undefined : node.resolve(named);
    const dataOnly = !params.flag("all");
    const last = params.optionalCount("last", MAX_TAIL_LAST) ?? 0;
    let count = 0;
    const push = (id: string, bundle: Bundle) => {
      if (dataOnly && !isData(bundle)) return;
      count++;
      items.push(bundleRow(id, bundle));
    };
    // What comes while the first ones are read follows them. BOUNDED: by what comes in so short a time.
    const meanwhile: { overlay: string; bundle: Bundle }[] = [];
    let isReading = true;
    const unsubscribe = node.subscribe((event) => {
      if (event.event !== "bundle") return;
      if (overlay !== undefined && overlay !== event.overlay) return;
      if (isReading) meanwhile.push(event);
      else push(event.overlay, event.bundle);
    });
    const read = new Set<string>();
    for (const id of last === 0 ? [] : overlay === undefined ? node.overlays : [overlay]) {
      for await (const bundle of node.listInTurns(id, { dataOnly, last })) {
        read.add(bundle.key);
        push(id, bundle);
      }
    }
    isReading = false;
    for (const { overlay: id, bundle } of meanwhile) if (!read.has(bundle.key)) push(id, bundle);
    await items.closed;
    unsubscribe();
    return count;
  },

  get: (node, params) => {
    const { overlay, bundle } = node.get(params.text("id"), params.optionalText("overlay"));
    return bundleRow(overlay, bundle);
  },

  put: async (node, params) => {
    const payloads = params.payloads("payloads", MAX_PUT_PAYLOADS);
    const expires = params.optionalCount("expires");
    const options = expires === undefined ? {} : { expires };
    return (await node.put(params.optionalText("overlay"), payloads, options)).map(receipt);
  },

  grant: async (node, params) => {
    const permissions = { write: params.flag("write"), grant: params.flag("grant") };
    const overlay = node.resolve(params.optionalText("overlay"));
    const bundle = await node.grant(overlay, params.key("member"), permissions);
    return { ...receipt(bundle), writers: node.writers(overlay) };
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

  stop: () => {
    // Once the answer is written.
    setImmediate(() => process.emit("SIGTERM", "SIGTERM"));
    return null;
  },
};

function receipt({ id, header }: Bundle): { id: string; globalTime: number } {
  return { id: toHex(id), globalTime: header.globalTime };
}

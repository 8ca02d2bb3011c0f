import { fromHex, toHex } from "../../wire/bytes.ts";
import { PUBLIC_KEY_BYTES } from "../../wire/limits.ts";
import type { Bundle } from "../../wire/bundle.ts";
import type { Method, Methods } from "../host/control-protocol.ts";
import { bundleRow } from "../host/node.ts";
import type { Node } from "../host/node.ts";
import type { Session, SessionMethod } from "./session.ts";

type Handlers = {
  [M in SessionMethod]: (
    params: Methods[M]["params"],
    onItem: (item: Methods[M]["item"]) => void,
  ) => Promise<Methods[M]["result"]>;
};

/** Answers like a running node, from a home that we hold ourselves. */
export function offlineSession(node: Node): Session {
  const handlers: Handlers = {
    ls: async ({ overlay, all, last }, onItem) => {
      const id = node.resolve(overlay);
      let shown = 0;
      for (const bundle of node.list(id, {
        dataOnly: all !== true,
        ...(last !== undefined && { last }),
      })) {
        onItem(bundleRow(id, bundle));
        shown++;
      }
      return shown;
    },
    get: async ({ overlay, id }) => {
      const found = node.get(id, overlay);
      return bundleRow(found.overlay, found.bundle);
    },
    put: async ({ overlay, payloads }) => {
      const bytes = payloads.map((payload) => Buffer.from(payload, "base64"));
      return (await node.put(overlay, bytes)).map(receipt);
    },
    grant: async ({ overlay, member, write, grant }) => {
      return receipt(
        await node.grant(overlay, fromHex(member, PUBLIC_KEY_BYTES)!, { write, grant }),
      );
    },
    invite: async ({ overlay }) => ({ ticket: await node.invite(overlay) }),
    create: (params) => node.createOverlay(params),
  };
  return {
    call: (method, params, onItem) => {
      const handle = handlers[method] as (
        params: Methods[Method]["params"],
        onItem: (item: never) => void,
      ) => Promise<never>;
      return handle(params, onItem ?? (() => {}));
    },
  };
}

function receipt({ id, header }: Bundle): { id: string; globalTime: number } {
  return { id: toHex(id), globalTime: header.globalTime };
}

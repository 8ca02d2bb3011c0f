import { handlers } from "../host/control/methods.ts";
import { Params } from "../host/control/params.ts";
import type { Method, Methods } from "../host/control/protocol.ts";
import type { Node } from "../host/node/node.ts";

/** Commands that need no running node: whoever holds the home answers them. */
export type SessionMethod = Extract<
  Method,
  | "ls"
  | "tail"
  | "mark"
  | "forget"
  | "get"
  | "put"
  | "names"
  | "rename"
  | "grant"
  | "invite"
  | "create"
  | "join"
  | "leave"
  | "overlays"
  | "pipe"
  | "export"
  | "import"
  | "feed"
>;

/** The node that serves a home, or the home itself while nobody serves it. */
export interface Session {
  call<M extends SessionMethod>(
    method: M,
    params: Methods[M]["params"],
    onItem?: (item: Methods[M]["item"]) => unknown,
  ): Promise<Methods[M]["result"]>;
}

/** Answers as the control socket of a running node does, from a home that we hold ourselves. */
export function offlineSession(node: Node): Session {
  return {
    call: async <M extends SessionMethod>(
      method: M,
      params: Methods[M]["params"],
      onItem?: (item: Methods[M]["item"]) => unknown,
    ): Promise<Methods[M]["result"]> => {
      /** Characters of items that have no room where they go. */
      let stuck = 0;
      const push = (item: unknown): unknown => {
        const taken = onItem?.(item as Methods[M]["item"]);
        if (!(taken instanceof Promise)) return taken;
        const { length } = JSON.stringify(item);
        stuck += length;
        return taken.finally(() => (stuck -= length));
      };
      return handlers[method](node, new Params(params), {
        open: true,
        get waiting() {
          return process.stdout.writableLength + stuck;
        },
        push,
        send: async (item) => void (await push(item)),
        // The process ends before its home is let go of.
        closed: new Promise(() => {}),
      });
    },
  };
}

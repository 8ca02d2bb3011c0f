import { handlers } from "../host/control/methods.ts";
import { Params } from "../host/control/params.ts";
import type { Method, Methods } from "../host/control/protocol.ts";
import type { Node } from "../host/node/node.ts";

/** Commands that need no running node: whoever holds the home answers them. */
export type SessionMethod = Extract<
  Method,
  "ls" | "get" | "put" | "grant" | "invite" | "create" | "join" | "leave" | "overlays"
>;

/** The node that serves a home, or the home itself while nobody serves it. */
export interface Session {
  call<M extends SessionMethod>(
    method: M,
    params: Methods[M]["params"],
    onItem?: (item: Methods[M]["item"]) => void,
  ): Promise<Methods[M]["result"]>;
}

/** Answers as the control socket of a running node does, from a home that we hold ourselves. */
export function offlineSession(node: Node): Session {
  return {
    call: async <M extends SessionMethod>(
      method: M,
      params: Methods[M]["params"],
      onItem?: (item: Methods[M]["item"]) => void,
    ): Promise<Methods[M]["result"]> => {
      const push = (item: unknown): void => onItem?.(item as Methods[M]["item"]);
      return handlers[method](node, new Params(params), {
        open: true,
        push,
        send: async (item) => push(item),
        // The process ends before its home is let go of.
        closed: new Promise(() => {}),
      });
    },
  };
}

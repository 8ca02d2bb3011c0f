import type { Method, Methods } from "./control-protocol.ts";
import type { Node } from "./node.ts";

/** Serves a node's control socket until closed. */
export async function serveControl(_node: Node): Promise<{ close(): Promise<void> }> {
  throw new Error("not implemented");
}

/** One connection to the node that serves a home. */
export class ControlClient {
  /** Undefined when no node serves this home. */
  static async connect(_home: string): Promise<ControlClient | undefined> {
    throw new Error("not implemented");
  }
  /** Rejects with the UserError that the node answered, or one of exit code 3 when the connection breaks. */
  async call<M extends Method>(
    _method: M,
    _params: Methods[M]["params"],
    _onItem?: (item: Methods[M]["item"]) => void,
  ): Promise<Methods[M]["result"]> {
    throw new Error("not implemented");
  }
  close(): void {
    throw new Error("not implemented");
  }
}

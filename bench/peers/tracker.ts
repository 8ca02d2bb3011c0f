// Our tracker, as `dispersy tracker` runs it: {"event": "ready", "port"}.
import { Node } from "../../node/host/node/node.ts";
import { meter, tell } from "./meter.ts";

meter();
const node = await Node.open({ role: "tracker", listen: "127.0.0.1:0", logLevel: "error" });
process.once("disconnect", () => void node.close());
tell({ event: "ready", port: Number(node.listen[0]!.split(":").at(-1)) });

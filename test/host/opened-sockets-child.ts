// What opened-sockets.test.ts runs as a process that may open few files. Not a test.
import { openSync } from "node:fs";
import { createLog } from "../../node/host/log.ts";
import { socketRoom } from "../../node/host/net/socket-room.ts";
import { MAX_OPENED_SOCKETS, UdpSockets } from "../../node/host/net/udp.ts";
import { OTHER_OPEN_FILES } from "../../node/host/open-files.ts";

const AT_REST = 40;
const log = createLog();
const sockets = new UdpSockets(log, () => {}, socketRoom(log, "node"));
await sockets.bind(4, "127.0.0.1", 0);
const opened = (await sockets.open(4, MAX_OPENED_SOCKETS)).length;
// All else that a node may need still finds room.
for (let i = AT_REST; i < OTHER_OPEN_FILES; i++) openSync("/dev/null", "r");
process.stdout.write(`${opened}\n`);
process.exit();

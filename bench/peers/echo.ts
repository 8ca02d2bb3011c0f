// What a process with one node:dgram socket can do at all: every datagram goes back as it came. {"event": "ready",
// "port"}.
import { createSocket } from "node:dgram";
import { meter, tell } from "./meter.ts";

const BUFFER_BYTES = 4 * 1024 * 1024;

meter();
const socket = createSocket("udp4");
socket.on("message", (bytes, { port, address }) => socket.send(bytes, port, address));
socket.bind(0, "127.0.0.1", () => {
  // As our own sockets.
  socket.setRecvBufferSize(BUFFER_BYTES);
  tell({ event: "ready", port: socket.address().port });
});
process.once("disconnect", () => socket.close());

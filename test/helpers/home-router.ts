/*
 * `home-router PUBLIC_IP TRACKER FACE`: all that a house needs of its router's NAT, where no kernel NAT is to be had.
 * Each house member that sends to the FACE (`ip:port`) gets a port of its own on the public IP, by which only the
 * tracker's answers come back.
 */
import { type Socket, createSocket } from "node:dgram";

const [publicIp = "", tracker = "", face = ""] = process.argv.slice(2);
const [trackerIp, trackerPort] = parts(tracker);
/** By who sends. BOUNDED: by the test's nodes. */
const outside = new Map<string, Promise<Socket>>();

const inside = createSocket("udp4");
inside.on("message", (bytes, { address, port }) => {
  const sender = `${address}:${port}`;
  const known = outside.get(sender);
  const opened = known ?? openOutside((answer) => inside.send(answer, port, address));
  outside.set(sender, opened);
  void opened.then((socket) => socket.send(bytes));
});
const [faceIp, facePort] = parts(face);
inside.bind(facePort, faceIp, () => process.stdout.write("ready\n"));

function openOutside(answered: (bytes: Uint8Array) => void): Promise<Socket> {
  const socket = createSocket("udp4");
  socket.on("message", answered);
  socket.on("error", () => {}); // the tracker is not there yet
  return new Promise((resolve) => {
    socket.bind(0, publicIp, () => {
      socket.connect(trackerPort, trackerIp, () => resolve(socket));
    });
  });
}

function parts(place: string): [ip: string, port: number] {
  const [ip = "", port] = place.split(":");
  return [ip, Number(port)];
}

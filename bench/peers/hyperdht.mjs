/*
 * hyperdht as one process of the lab, told by its arguments what to be; it says what happens as JSON lines on stdout.
 *
 *   nodes IP,IP...  BOOTSTRAP_IP   DHT nodes at these addresses; the bootstrap node is the one at BOOTSTRAP_IP
 *   server          BOOTSTRAP_IP   {"event": "ready", "key"}
 *   client KEY      BOOTSTRAP_IP   {"event": "ready"}, then of one connect(): {"event": "open" | "data" | "error", "ms", ...}
 */
import DHT from "hyperdht";

const PORT = 49_737;
const [role, ...rest] = process.argv.slice(2);
const bootstrap = [{ host: rest.at(-1), port: PORT }];

const ROLES = { nodes, server, client };
await ROLES[role](rest[0]);

/** Reachable ones, as those that hyperdht's own bootstrap nodes and their neighbours are. */
async function nodes(ips) {
  for (const host of ips.split(",")) {
    const first = host === bootstrap[0].host;
    const node = new DHT({
      ephemeral: false,
      firewalled: false,
      bootstrap: first ? [] : bootstrap,
      host,
      port: PORT,
    });
    await node.fullyBootstrapped();
  }
  tell({ event: "ready" });
}

async function server() {
  const dht = new DHT({ bootstrap });
  await dht.fullyBootstrapped();
  const listening = dht.createServer((socket) => {
    socket.on("error", () => {});
    socket.write("across");
  });
  const keyPair = DHT.keyPair();
  await listening.listen(keyPair);
  tell({ event: "ready", key: keyPair.publicKey.toString("hex") });
}

async function client(key) {
  const dht = new DHT({ bootstrap });
  await dht.fullyBootstrapped();
  tell({ event: "ready" });
  const begin = performance.now();
  const ms = () => Math.round(performance.now() - begin);
  const socket = dht.connect(Buffer.from(key, "hex"));
  const done = (event, more) => tell({ event, ms: ms(), ...more, punches: dht.stats.punches });
  socket.on("open", () => done("open", { address: socket.rawStream.remoteHost }));
  socket.on("data", () => done("data"));
  socket.on("error", ({ code, message }) => done("error", { code: code ?? message }));
}

function tell(line) {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { delimiter, join } from "node:path";
import { type TestContext, describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { buildProgram } from "../../node/cli/program.ts";
import type { Status } from "../../node/host/status/node-status.ts";
import { type Block, commandsOf, shellBlocksIn } from "../helpers/documents.ts";
import { Namespaces } from "../helpers/namespaces.ts";
import { MAIN, ROOT } from "../helpers/built.ts";
import { type Ready, Stage } from "./program.ts";

/* All that docs/operating.md says to type, in a folder that stands for a server. */

const GUIDE = "docs/operating.md";
const FAKES = fileURLToPath(new URL("../helpers/fake-server", import.meta.url));
/** What is not run in that folder, and why. */
const NOT_RUN: [command: RegExp, reason: string][] = [
  [/^docker /, "needs a registry"],
  [
    /^dispersy (?:run|tracker) (?:.* )?--ws /,
    "runs until it is stopped; is tried in test/e2e/websocket.long.test.ts",
  ],
  [/^sudo nft /, "is run below, in a network namespace"],
];

const text = readFileSync(join(ROOT, GUIDE), "utf8");
const blocks = shellBlocksIn(GUIDE, text);
const isRun = (block: Block): boolean =>
  commandsOf(block).every((command) => !NOT_RUN.some(([pattern]) => pattern.test(command)));

/** A folder with the paths of a machine. */
class Server {
  readonly stage = new Stage();
  readonly folder: string = this.stage.path("server");
  readonly #env: NodeJS.ProcessEnv;

  constructor(t: TestContext) {
    for (const path of ["bin", "etc/systemd/system"])
      mkdirSync(join(this.folder, path), { recursive: true });
    symlinkSync(MAIN, join(this.folder, "bin/dispersy"));
    const inherited = Object.entries(process.env).filter(
      ([name]) => !/^(DISPERSY|npm)_/.test(name),
    );
    this.#env = {
      ...Object.fromEntries(inherited),
      PATH: [FAKES, join(this.folder, "bin"), process.env["PATH"]].join(delimiter),
      SERVER: this.folder,
      TESTED: ROOT,
      XDG_DATA_HOME: join(this.folder, "data"),
      DISPERSY_LISTEN: "127.0.0.1:0",
      DISPERSY_NO_PORTMAP: "1",
    };
    t.after(async () => {
      this.#kill();
      await this.stage.clear();
    });
  }

  /** Runs lines of a shell as they stand, with the paths of this folder. */
  type(lines: string, place = lines): string {
    const here = lines.replaceAll(/(?<=\s)\/(opt|etc|var|run|usr\/local)\//g, (_, path: string) => {
      return `${this.folder}/${path === "usr/local" ? "" : `${path}/`}`;
    });
    const options = { cwd: this.folder, env: this.#env, encoding: "utf8" } as const;
    const { status, stdout, stderr } = spawnSync("bash", ["-euo", "pipefail", "-c", here], options);
    assert.equal(status, 0, `${place}: ${stderr}`);
    return stdout;
  }

  /** Of the service. */
  status(): Status {
    return JSON.parse(this.type("dispersy status --json --home /var/lib/dispersy")) as Status;
  }

  #kill(): void {
    for (const name of readdirSync(this.folder).filter((one) => one.endsWith(".pid"))) {
      try {
        process.kill(Number(readFileSync(join(this.folder, name), "utf8")), "SIGKILL");
      } catch {
        // It has ended.
      }
    }
  }
}

describe(
  `what ${GUIDE} says to type`,
  { skip: process.platform === "linux" ? false : "needs Linux" },
  () => {
    it("works, block after block", async (t) => {
      const server = new Server(t);
      const other = await server.stage.run("other");
      await server.stage.done(["put", "kept by another", "--home", other.home]);
      writeFileSync(join(server.folder, "ticket.txt"), `${other.ticket}\n`, { mode: 0o600 });

      for (const block of blocks.filter(isRun)) {
        server.type(block.text, block.place);
        if (!block.text.includes(" join - ")) continue;
        // From here on it has an overlay of its own and that of the ticket.
        assert.equal(server.status().overlays.length, 2);
        const waiting = `dispersy wait --bundles 1 --overlay ${other.ready.overlays[0]!.overlay}`;
        server.type(`${waiting} --home /var/lib/dispersy`);
      }
      assert.equal(server.status().overlays.length, 2);
    });

    it("brings back a node whose disk was lost", async (t) => {
      const server = new Server(t);
      const typed = (part: string): void => {
        const block = blocks.find((one) => one.text.includes(part));
        assert.ok(block !== undefined, part);
        server.type(block.text, block.place);
      };
      const other = await server.stage.run("other");
      writeFileSync(join(server.folder, "ticket.txt"), `${other.ticket}\n`, { mode: 0o600 });
      for (const part of ["npm install", "useradd", " join - "]) typed(part);
      const { overlay } = other.ready.overlays[0]!;
      const inOverlay = `--overlay ${overlay} --home /var/lib/dispersy`;
      server.type(`dispersy put 'my own' ${inOverlay}`);
      await server.stage.done(["wait", "--bundles", "1", "--home", other.home]);
      const { member } = server.status().overlays.find((one) => one.overlay === overlay)!;
      typed("--create");
      // What the guide does at once, with the loss in between.
      const restore = blocks.find((one) => one.text.includes("--extract"))!;
      server.type(
        restore.text.replace("sudo tar", "rm -r /var/lib/dispersy/*\nsudo tar"),
        restore.place,
      );
      server.type(`dispersy wait --bundles 1 ${inOverlay}`);
      assert.equal(server.status().overlays.find((one) => one.overlay === overlay)!.member, member);
      server.type(`dispersy put 'and more' ${inOverlay}`);
      await server.stage.done(["wait", "--bundles", "2", "--home", other.home]);
    });

    it("opens a firewall for a tracker", { skip: whyNoFirewall() }, async (t) => {
      const stage = new Stage();
      t.after(() => stage.clear());
      const namespaces = new Namespaces();
      t.after(() => namespaces.remove());
      for (const name of ["host", "far"]) namespaces.add(name);
      namespaces.wire("host", "eth0", "far", "eth0");
      namespaces.ip("host", "addr add 192.0.2.1/24 dev eth0");
      namespaces.ip("far", "addr add 192.0.2.2/24 dev eth0");
      const host = (line: string): void => {
        const [program = "", ...inside] = namespaces.inside("host");
        const { status, stderr } = spawnSync(program, [...inside, "bash", "-euc", line], {
          cwd: ROOT,
          encoding: "utf8",
        });
        assert.equal(status, 0, stderr);
      };
      host(
        "nft 'table inet filter { chain input { type filter hook input priority filter; policy drop; " +
          "ct state established,related accept; }; }'",
      );
      const tracker = stage.start(["tracker", "--json"], "", namespaces.inside("host"));
      await tracker.first<Ready>();
      const netcheck = async (): Promise<string> =>
        (await stage.start(["netcheck", "192.0.2.1:6421"], "", namespaces.inside("far")).ended)
          .stdout;
      assert.doesNotMatch(await netcheck(), /answered on both ports/);
      const block = blocks.find((one) => one.text.includes("sudo nft"))!;
      host(
        block.text
          .replaceAll("sudo ", "")
          .replace("/opt/dispersy/node_modules/dispersy/", `${ROOT}/`),
      );
      assert.match(await netcheck(), /192\.0\.2\.1:6421 answered on both ports/);
    });
  },
);

function whyNoFirewall(): string | false {
  if (spawnSync("nft", ["--version"]).status !== 0) return "needs nft";
  return Namespaces.whyNot();
}

describe(GUIDE, () => {
  it("names commands and files that exist, and nothing in vain as not run", () => {
    const commands = buildProgram("0").commands.map((command) => command.name());
    const named = [...text.matchAll(/\bdispersy ([a-z]+)\b(?! ?=)/g)].map((match) => match[1]!);
    const inCode = named.filter(
      (name) => text.includes(`dispersy ${name}\``) || text.includes(`dispersy ${name} -`),
    );
    assert.ok(inCode.length > 10);
    assert.deepEqual(
      inCode.filter((name) => !commands.includes(name)),
      [],
    );
    const links = [...text.matchAll(/\]\(([^)#:]+)\)/g)].map((match) =>
      join(ROOT, "docs", match[1]!),
    );
    const files = [...text.matchAll(/docs\/operating\/[\w.-]+/g)].map(([path]) => join(ROOT, path));
    assert.deepEqual(
      [...links, ...files].filter((path) => !existsSync(path)),
      [],
    );
    const typed = blocks.flatMap(commandsOf);
    for (const [pattern, reason] of NOT_RUN)
      assert.ok(
        typed.some((one) => pattern.test(one)),
        reason,
      );
  });
});

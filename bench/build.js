// Compiles the benchmarks into bench/dist, in a folder beside links to the product's build, as the sources lie beside
// the product's: what is measured is the program that ships, loaded once.
import { spawnSync } from "node:child_process";
import { rmSync, symlinkSync } from "node:fs";

process.chdir(import.meta.dirname);
rmSync("dist", { recursive: true, force: true });
const { status } = spawnSync("tsc", ["-p", "."], { stdio: "inherit", shell: true });
// The compiler writes what it reads, so also the product once more.
for (const room of ["wire", "candidates", "nat", "node"]) {
  rmSync(`dist/${room}`, { recursive: true, force: true });
  symlinkSync(`../../dist/${room}`, `dist/${room}`, "junction");
}
process.exit(status ?? 1);

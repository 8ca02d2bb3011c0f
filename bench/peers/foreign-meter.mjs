/* In a program of another project: what it uses, told when asked. As meter.ts, for files that are not compiled. */
export function tell(message) {
  process.send(message);
}

let before = process.cpuUsage();

export function begin() {
  before = process.cpuUsage();
}

process.on("message", (question) => {
  if (question === "begin") begin();
  if (question !== "usage") return;
  const { user, system } = process.cpuUsage(before);
  tell({ event: "usage", cpuSeconds: (user + system) / 1e6, loopDelayP99Ms: null });
});
process.once("disconnect", () => process.exit(0));

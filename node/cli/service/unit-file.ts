/** A unit for the user's own systemd that runs a command for good. Tickets are secrets, and never part of a command. */
export function unitFile(home: string, command: readonly string[]): string {
  return `# Written by \`dispersy up\`, anew each time.
[Unit]
Description=dispersy node in ${home.replaceAll("%", "%%").replaceAll("\n", " ")}

[Service]
Type=exec
ExecStart=${command.map(word).join(" ")}
# What it prints names its tickets, which are secrets. What it says goes into the journal.
StandardOutput=null
Restart=on-failure
RestartSec=5
# A mistake in the settings, and a home that may not be used, do not pass by themselves.
RestartPreventExitStatus=2 6
TimeoutStopSec=30
NoNewPrivileges=yes
UMask=0077

[Install]
WantedBy=default.target
`;
}

/** One word of a command, whatever is in it (systemd.service(5), "Command lines"; systemd.syntax(7), "Quoting"). */
function word(text: string): string {
  const escaped = text
    .replaceAll("\\", "\\\\")
    .replaceAll('"', '\\"')
    .replaceAll("\n", "\\n")
    .replaceAll("%", "%%")
    .replaceAll("$", "$$$$");
  return /^[\w@+=:,./-]+$/.test(escaped) ? escaped : `"${escaped}"`;
}

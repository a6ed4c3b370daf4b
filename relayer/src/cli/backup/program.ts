import type { Command } from "commander";
import type { Output } from "../output.js";

const ENCLAVE = [
  "--enclave <folder>",
  "the enclave's --data folder, where it runs beside: its file stays sealed, and opens on its own machine alone",
] as const;

/**
 * Adds `pdiem backup` and `pdiem restore`.
 * @param configured gives a command the option of a configuration
 */
export const backupCommands = (pdiem: Command, configured: (command: Command) => Command, output: Output): void => {
  configured(pdiem.command("backup"))
    .description("one file with all that the chains can't give again, with hashes")
    .argument("<file>", "where to write it")
    .option(...ENCLAVE)
    .option("--no-redis", "without what people have handed in and no batch has taken yet")
    .option("--json", "for scripts: one JSON value")
    .addHelpText("after", "\nExample:\n  $ pdiem backup bridge.backup --enclave /var/lib/pdiem/enclave -c relayer.json")
    .action(async (file, options) => (await import("./commands.js")).backupCommand(file, options, output));
  configured(pdiem.command("restore"))
    .description("put back what is missing; nothing that is as new, or newer, is overwritten")
    .argument("<file>", "a backup of the same bridge")
    .option(...ENCLAVE)
    .option("--no-redis", "the disk's part alone")
    .option("--dry-run", "tell what would be done, and write nothing")
    .option("--json", "for scripts: one JSON value")
    .addHelpText("after", "\nExample:\n  $ pdiem restore bridge.backup --dry-run -c relayer.json")
    .action(async (file, options) => (await import("./commands.js")).restoreCommand(file, options, output));
};

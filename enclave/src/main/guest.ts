/**
 * The program for a guest of one's own in Intel TDX or AMD SEV-SNP, by the kernel's folder of
 * reports.
 */
import { start } from "../start.js";
import { openGuest } from "../tee/configfs-tsm.js";
import { systemFiles } from "../tee/pseudo-files.js";

const REPORTS = "/sys/kernel/config/tsm/report";

start(import.meta.url, {
  tdx: () => openGuest("tdx", systemFiles, REPORTS),
  "sev-snp": () => openGuest("sev-snp", systemFiles, REPORTS),
});

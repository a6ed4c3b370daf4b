/** The program for Intel SGX, under Gramine. */
import { start } from "../start.js";
import { openGramine } from "../tee/gramine.js";
import { systemFiles } from "../tee/pseudo-files.js";

start(import.meta.url, { sgx: () => openGramine(systemFiles, "/dev/attestation") });

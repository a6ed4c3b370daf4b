/** The program without a TEE, for development: the host can read its key. */
import { start } from "../start.js";
import { simulatedTee } from "../tee/simulated.js";

start(import.meta.url, { simulated: async (machine, name) => simulatedTee(machine, name) });

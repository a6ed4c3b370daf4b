/** The program for Intel TDX under dstack, by the Unix socket of its guest agent. */
import { start } from "../start.js";
import { openDstack } from "../tee/dstack.js";
import { dstackSocket } from "../tee/dstack-socket.js";

/** ms: a quote takes seconds where the platform's quoting service is busy. */
const TIMEOUT = 30_000;

start(import.meta.url, { dstack: () => openDstack(dstackSocket("/var/run/dstack.sock", TIMEOUT)) });
